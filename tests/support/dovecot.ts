/** A Dovecot of our own on loopback, in a temporary folder: a real IMAP server whose mailbox a test fills as it likes. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

import { freePort } from "./postgres";

export type Dovecot = {
  /** As IMAP_URL takes it; another password or folder than the right one can be given. */
  url(given?: { password?: string; folder?: string; port?: number }): string;
  port: number;
  /** A mail as its own server would deliver it; or as a mail program puts it among the sent ones. */
  deliver(raw: Buffer | string, to?: "INBOX" | "Sent"): void;
  user: string;
  password: string;
  /** How many mails lie there, and how many of them are marked as read. */
  count(): { all: number; seen: number };
  /** Nobody's mails lie there any more. */
  empty(): void;
  /** Numbers all mails anew, as after a restore. */
  renumber(): void;
  stop(): Promise<void>;
};

const PASSWORD = "linden:leaf/42";

export function hasDovecot(): boolean {
  return existsSync("/usr/sbin/dovecot") && existsSync("/usr/lib/dovecot/imap");
}

let delivered = 0;

export async function startDovecot(): Promise<Dovecot> {
  const folder = mkdtempSync(join(tmpdir(), "rapport-imap-"));
  const port = await freePort();
  const me = userInfo();
  // Dovecot gives mails to no root: as root they belong to nobody.
  const owner = me.uid === 0 ? { uid: 65_534, gid: 65_534 } : me;
  const mail = join(folder, "mail");
  const sent = join(mail, ".Sent");
  const folders = [mail, sent].flatMap((box) => [box, ...["new", "cur", "tmp"].map((name) => join(box, name))]);
  for (const path of [...folders, join(folder, "home")]) {
    mkdirSync(path);
    chownSync(path, owner.uid, owner.gid);
  }
  execFileSync("chmod", ["755", folder]);
  const config = join(folder, "dovecot.conf");
  writeFileSync(config, settings({ folder, mail, port, owner, user: me.uid === 0 ? null : me.username }));
  const server = spawn("/usr/sbin/dovecot", ["-F", "-c", config], { stdio: "ignore" });
  await untilItListens(port);
  const put = (raw: Buffer | string, to: "INBOX" | "Sent" = "INBOX") => {
    const box = to === "Sent" ? sent : mail;
    const name = `${Math.floor(Date.now() / 1000)}.M${(delivered += 1)}P${process.pid}.test`;
    writeFileSync(join(box, "tmp", name), raw);
    chownSync(join(box, "tmp", name), owner.uid, owner.gid);
    renameSync(join(box, "tmp", name), join(box, "new", name));
  };
  return {
    port,
    user: "bounces@shop.example.com",
    password: PASSWORD,
    url: ({ password = PASSWORD, folder: box = "INBOX", port: at = port } = {}) => `imap://bounces%40shop.example.com:${encodeURIComponent(password)}@127.0.0.1:${at}/${box}`,
    deliver: put,
    count: () => {
      const files = ["new", "cur"].flatMap((name) => readdirSync(join(mail, name)));
      return { all: files.length, seen: files.filter((name) => /:2,[A-Za-z]*S/.test(name)).length };
    },
    empty: () => {
      for (const box of [mail, sent]) for (const name of ["new", "cur"]) for (const file of readdirSync(join(box, name))) rmSync(join(box, name, file));
    },
    renumber: () => {
      const list = join(mail, "dovecot-uidlist");
      const validity = Number(/\bV(\d+)/.exec(readFileSync(list, "utf8"))?.[1]);
      for (const name of readdirSync(mail)) if (/^dovecot[.-]/.test(name)) rmSync(join(mail, name), { recursive: true });
      writeFileSync(list, `3 V${validity + 1000} N1\n`);
      chownSync(list, owner.uid, owner.gid);
    },
    async stop() {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Place = { folder: string; mail: string; port: number; owner: { uid: number; gid: number }; user: string | null };

function settings({ folder, mail, port, owner, user }: Place): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:${mail}
first_valid_uid = 1
mailbox_list_index = no
${user ? `default_internal_user = ${user}\ndefault_login_user = ${user}\ndefault_internal_group = ${user}` : ""}
namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \\Sent
  }
}
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${folder}/home
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
auth_failure_delay = 0
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`;
}

async function untilItListens(port: number): Promise<void> {
  const until = Date.now() + 15_000;
  for (;;) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("data", () => (socket.destroy(), resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (answered) return;
    if (Date.now() > until) throw new Error("Dovecot does not answer");
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
