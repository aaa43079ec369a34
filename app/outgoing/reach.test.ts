import { expect, test } from "vitest";

import { isNetwork, listOf, mayReach } from "./reach";

const nothing = listOf([]);

test("loopback, private, link-local, metadata and reserved addresses cannot be reached, in any clothes", () => {
  const refused = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9",
    "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:A9FE:A9FE", "0:0:0:0:0:ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "100::1", "3fff::1", "", "localhost", "127.1", "0x7f.1",
  ];
  expect(refused.filter((address) => mayReach(address, nothing))).toEqual([]);
});

test("the Internet can", () => {
  expect(["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::1"].filter((address) => !mayReach(address, nothing))).toEqual([]);
});

test("a network of one's own is let in by name, and nothing beside it", () => {
  const own = listOf(["10.1.0.0/16", "::1/128"]);
  expect(["10.1.2.3", "::ffff:10.1.2.3", "::1", "10.2.0.1", "127.0.0.1"].map((address) => mayReach(address, own))).toEqual([true, true, true, false, false]);
  expect(["10.1.0.0/16", "::1/128", "10.1.0.0", "10.1.0.0/33", "x/8", "10.0.0.0/8/8", "/8"].map(isNetwork)).toEqual([true, true, false, false, false, false, false]);
});
