// Runs in a worker thread (see mjml.server.ts): one MJML document in, its HTML and its faults out.
const { parentPort, workerData } = require("node:worker_threads");
const loaded = require("node:module").createRequire(workerData.from)("mjml");
const mjml2html = loaded.default ?? loaded;

// MJML writes the preview in white, on white: to judges of spam that is text that somebody hides. It is not shown anyway.
const HIDDEN = "display:none;font-size:1px;color:#ffffff;";

parentPort.on("message", async ({ id, source }) => {
  try {
    const { html, errors } = await mjml2html(source, {
      validationLevel: "soft",
      ignoreIncludes: true,
      keepComments: false,
      minifyOptions: { minifyCss: false },
    });
    // `formattedMessage` holds the folder of the server: only the plain message leaves.
    parentPort.postMessage({
      id,
      html: html.replace(HIDDEN, HIDDEN.replace("#ffffff", "#19251f")),
      faults: errors.map((error) => ({ line: error.line, tag: error.tagName, message: error.message })),
    });
  } catch (error) {
    parentPort.postMessage({ id, html: "", faults: [{ line: 0, tag: "mjml", message: String(error && error.message).split("\n")[0] }] });
  }
});
