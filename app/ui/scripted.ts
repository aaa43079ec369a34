import { useEffect, useState } from "react";

/** Whether scripts run: false on the server and until the page has come alive, so that plain buttons stay until then. */
export function useScripted(): boolean {
  const [scripted, setScripted] = useState(false);
  useEffect(() => setScripted(true), []);
  return scripted;
}
