import { type RefObject, useEffect } from "react";

const PAUSE_MS = 700;

/**
 * Sends what stands in a form to the server while somebody types, and once more when the page is left, so that nothing
 * typed is lost. Without scripts the form still keeps its text at each step that is posted.
 * @param to a resource route that keeps the draft; `key` names the draft there
 */
export function useAutosave(form: RefObject<HTMLFormElement>, to: string, key: string): void {
  useEffect(() => {
    const element = form.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let dirty = false;

    const fields = () => {
      const data = new URLSearchParams({ key });
      for (const [name, value] of new FormData(element)) if (typeof value === "string" && name !== "key") data.append(name, value);
      return data;
    };
    const save = () => {
      clearTimeout(timer);
      if (!dirty) return;
      dirty = false;
      // keepalive: the request outlives the page that sent it.
      fetch(to, { method: "POST", body: fields(), keepalive: true }).catch(() => {
        dirty = true;
      });
    };
    const onInput = () => {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE_MS);
    };
    // What is sent now is no draft any more.
    const onSubmit = () => {
      dirty = false;
      clearTimeout(timer);
    };
    const onHide = () => document.visibilityState === "hidden" && save();

    element.addEventListener("input", onInput);
    element.addEventListener("submit", onSubmit);
    document.addEventListener("visibilitychange", onHide);
    return () => {
      element.removeEventListener("input", onInput);
      element.removeEventListener("submit", onSubmit);
      document.removeEventListener("visibilitychange", onHide);
      save();
    };
  }, [form, to, key]);
}
