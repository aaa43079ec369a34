import {
  Boxes,
  ChartNoAxesColumn,
  House,
  Import,
  Inbox,
  LayoutTemplate,
  type LucideIcon,
  Megaphone,
  Package,
  Send,
  Settings,
  UsersRound,
  Waypoints,
} from "lucide-react";

import type { StaffRole } from "../domain/journal/actor";

export type Place = {
  key: "today" | "customers" | "segments" | "mailings" | "campaigns" | "desk" | "orders" | "catalogue" | "reports" | "imports" | "outbox" | "settings";
  to: string;
  icon: LucideIcon;
  group: "work" | "tools";
  roles: readonly StaffRole[];
};

const ALL: readonly StaffRole[] = ["administrator", "marketer", "support", "manager"];
const MARKETING: readonly StaffRole[] = ["administrator", "marketer", "manager"];
const SUPPORT: readonly StaffRole[] = ["administrator", "support", "manager"];
const ADMINISTRATOR: readonly StaffRole[] = ["administrator"];

/** The places of the staff pages, in the order of the rail. app/access.ts decides; this only spares useless links. */
const PLACES: readonly Place[] = [
  { key: "today", to: "/staff", icon: House, group: "work", roles: ALL },
  { key: "customers", to: "/staff/customers", icon: UsersRound, group: "work", roles: ALL },
  { key: "segments", to: "/staff/segments", icon: Waypoints, group: "work", roles: MARKETING },
  { key: "mailings", to: "/staff/mailings", icon: LayoutTemplate, group: "work", roles: MARKETING },
  { key: "campaigns", to: "/staff/campaigns", icon: Megaphone, group: "work", roles: MARKETING },
  { key: "desk", to: "/staff/desk", icon: Inbox, group: "work", roles: SUPPORT },
  { key: "orders", to: "/staff/orders", icon: Package, group: "work", roles: ALL },
  { key: "catalogue", to: "/staff/catalogue", icon: Boxes, group: "work", roles: ALL },
  { key: "reports", to: "/staff/reports", icon: ChartNoAxesColumn, group: "work", roles: MARKETING },
  { key: "imports", to: "/staff/imports", icon: Import, group: "tools", roles: MARKETING },
  { key: "outbox", to: "/staff/outbox", icon: Send, group: "tools", roles: MARKETING },
  { key: "settings", to: "/staff/settings", icon: Settings, group: "tools", roles: ADMINISTRATOR },
];

export function placesOf(role: StaffRole): readonly Place[] {
  return PLACES.filter((place) => place.roles.includes(role));
}
