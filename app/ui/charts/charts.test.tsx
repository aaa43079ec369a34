import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { IntlProvider } from "use-intl";
import { expect, test } from "vitest";

import en from "../../i18n/messages/en";
import { BarChart, Bars, Funnel } from "./bars";
import { LineChart, Sparkline } from "./line";

const drawn = (chart: ReactNode) =>
  renderToStaticMarkup(
    <IntlProvider locale="en" messages={en} timeZone="UTC">
      {chart}
    </IntlProvider>,
  );
const widths = (svg: string) => [...svg.matchAll(/<rect width="([\d.]+)"/g)].map((match) => Number(match[1]));
const plain = (value: number) => String(value);
const HEAD = ["Step", "People", "Of all", "Of before"] as const;

test("bars begin at zero, so that twice as long means twice as much", () => {
  const bars = [
    { key: "a", label: "A", value: 90 },
    { key: "b", label: "B", value: 45 },
    { key: "c", label: "C", value: 0 },
  ];
  // Mutant: a scale that begins at the least value makes b other than half of a.
  expect(widths(drawn(<Bars format={plain} bars={bars} />))).toEqual([1000, 500, 0]);
});

test("an interval is drawn where there is uncertainty, and widens the scale", () => {
  const bars = [{ key: "a", label: "A", value: 50, interval: { low: 25, high: 100 } }];
  const html = drawn(<BarChart title="Lift" head={["Variant", "Share", "95 %"]} format={plain} bars={bars} />);
  expect(widths(html)).toEqual([500]);
  expect(html).toContain('d="M250 4V16M250 10H1000M1000 4V16"');
  expect(html).toContain("25 – 100");
});

test("a chart without any values divides by nothing", () => {
  const steps = [
    { key: "s", label: "Sent", value: 0 },
    { key: "o", label: "Opened", value: 0 },
  ];
  expect(drawn(<Funnel title="Campaign" head={HEAD} format={plain} percent={plain} steps={steps} />)).not.toMatch(/NaN|Infinity/);
  expect(drawn(<LineChart title="t" head="Day" series={[]} formatX={plain} formatY={plain} />)).toBe("");
});

test("a funnel says which share went on, of all and of the step before", () => {
  const steps = [
    { key: "s", label: "Sent", value: 200 },
    { key: "o", label: "Opened", value: 100 },
    { key: "c", label: "Clicked", value: 25 },
  ];
  const html = drawn(<Funnel title="Campaign" head={HEAD} format={plain} percent={(share) => `${share * 100}%`} steps={steps} />);
  expect(html).toContain("<td>12.5%</td><td>25%</td>");
});

test("every chart has its figures as a table, with a row for each point", () => {
  const points = [
    { x: 1, y: 4 },
    { x: 2, y: 6, low: 5, high: 8 },
  ];
  const html = drawn(<LineChart title="Orders" head="Day" formatX={plain} formatY={plain} series={[{ key: "o", name: "Orders", points }]} />);
  expect(html.match(/<tr>/g)).toHaveLength(3);
  expect(html).toContain("6 (5 – 8)");
  expect(html).toContain("data-interval");
});

test("one value is no line", () => {
  expect(drawn(<Sparkline values={[3]} />)).toBe("");
});
