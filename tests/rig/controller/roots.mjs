// The root certificates that are trusted: those of a folder, instead of those that are fetched from the internet.
import fs from "node:fs";
import path from "node:path";
import { Bytes } from "@matter/main";
import { DclCertificateService, Paa } from "@matter/main/protocol";

/** What the check of a device asks for: roots by their key identifier. It knows of no revocation and no signers. */
class TrustedRoots {
  acceptsTestCertificates = true;

  constructor(folder) {
    this._folder = folder;
  }

  getCertificate(identifier) {
    return this._find(identifier) && { subjectKeyId: Bytes.toHex(identifier), vid: 0, isRoot: true, isProduction: false };
  }

  async getCertificateAsDer(identifier) {
    return this._find(identifier);
  }

  async isRevoked() {
    return false;
  }

  async getOrFetchCdSigner() {
    return undefined;
  }

  async close() {}

  _find(identifier) {
    return this._all().find(der => Bytes.areEqual(Paa.fromAsn1(der).cert.extensions.subjectKeyIdentifier, identifier));
  }

  _all() {
    if (!fs.existsSync(this._folder)) return [];
    const files = fs.readdirSync(this._folder).filter(name => name.endsWith(".der"));
    return files.map(name => new Uint8Array(fs.readFileSync(path.join(this._folder, name))));
  }
}

/** Let the certificates of a folder, and no others, prove that a device is genuine. */
export function trustRoots(environment, folder) {
  environment.root.set(DclCertificateService, new TrustedRoots(folder));
}
