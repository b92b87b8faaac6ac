// Ecosystems that took the lock in on their own: entries of its fabric table without a controller behind them.
import { Crypto, VendorId } from "@matter/main";
import { CertificateAuthority, FabricAuthority, FabricManager } from "@matter/main/protocol";
import { BadRequest, onlyKnown, whole } from "./requests.mjs";

export function ecosystemActions(lock) {
  return { join_ecosystem: request => joinEcosystem(lock, request) };
}

/** Adds one fabric with the vendor and label of an ecosystem, up to what the lock supports. */
async function joinEcosystem(lock, request) {
  onlyKnown(request, ["vendor", "label"]);
  const { supportedFabrics } = lock.node.state.operationalCredentials;
  if (lock.fabrics.length >= supportedFabrics) throw new BadRequest(`The lock has room for ${supportedFabrics} fabrics.`);
  const fabrics = lock.node.env.get(FabricManager);
  const ca = await CertificateAuthority.create(lock.node.env.get(Crypto));
  const authority = new FabricAuthority({ ca, fabrics });
  const fabric = await authority.createFabric({
    adminVendorId: VendorId(whole(request, "vendor", { least: 1, most: 0xfff4 })),
    adminFabricLabel: request.label ?? "Home",
  });
  return { index: fabric.fabricIndex };
}
