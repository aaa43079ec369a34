/** Who acts. Pages know which kinds they admit (access.ts); every command writes its actor into the audit log. */
export type StaffRole = "administrator" | "marketer" | "support" | "manager";

export type StaffActor = { kind: "staff"; id: number; role: StaffRole; name: string; locale: string };
export type CustomerActor = { kind: "customer"; loginId: number; partyId: number; name: string; locale: string };
/** worker, import, cli, seed, or public: somebody who holds a link or fills in an open form. */
export type SystemActor = { kind: "system"; name: "worker" | "import" | "cli" | "seed" | "public" };
/** A program of somebody else's, by one of the tokens of its making (integrations). */
export type TokenActor = { kind: "token"; id: number; name: string };
export type Anonymous = { kind: "anonymous" };

export type Actor = StaffActor | CustomerActor | SystemActor | TokenActor;

/** By whom and when a command is carried out: every command's second argument. `now` in ms since the epoch, UTC. */
export type By = { actor: Actor; now: number };

export function bySystem(name: SystemActor["name"], now: number): By {
  return { actor: { kind: "system", name }, now };
}
