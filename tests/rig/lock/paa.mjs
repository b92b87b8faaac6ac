// Writes the CSA's public test root certificates, to which virtual locks chain, for a Matter server: paa.mjs DIRECTORY
import fs from "node:fs";
import path from "node:path";
import { TestCert_PAA_FFF1_Cert, TestCert_PAA_NoVID_Cert } from "@matter/main/protocol";

const CERTIFICATES = { TestCert_PAA_NoVID_Cert, TestCert_PAA_FFF1_Cert };

const directory = process.argv[2];
if (!directory) {
  process.stderr.write("usage: node paa.mjs DIRECTORY\n");
  process.exit(2);
}
fs.mkdirSync(directory, { recursive: true });
for (const [name, certificate] of Object.entries(CERTIFICATES))
  fs.writeFileSync(path.join(directory, `${name}.der`), Buffer.from(certificate));
// A fresh version file keeps python-matter-server from fetching certificates for a day.
fs.writeFileSync(path.join(directory, ".version"), "1");
