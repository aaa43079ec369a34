/** Who holds a lease: `host/process/life`. Of a process on this machine it can be told whether it still lives. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

const LIFE = randomUUID();
export const OWNER = `${hostname()}/${process.pid}/${LIFE}`;

export function isDead(owner: string): boolean {
  const [host, pid, life] = owner.split("/");
  if (host !== hostname() || life === LIFE) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
