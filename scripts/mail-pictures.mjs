// Draws the pictures of the mail library for screens of two pixels a point: emails/pictures/*.svg → public/mail/*.png.
// Mail programs show no SVG. Run after changing a drawing; the results are kept in the repository.
import { mkdirSync, readdirSync } from "node:fs";

import sharp from "sharp";

mkdirSync("public/mail", { recursive: true });
for (const file of readdirSync("emails/pictures"))
  await sharp(`emails/pictures/${file}`, { density: 144 })
    .resize({ width: 1200 })
    .png({ palette: true, quality: 90, compressionLevel: 9 })
    .toFile(`public/mail/${file.replace(/\.svg$/, ".png")}`);
