// Looks up clusters, attributes, events and commands in matter.js' model of the Matter specification.
import { Matter } from "@matter/main/model";

/** Names of fields that the websocket API spells in another way than matter.js. */
const SPELLINGS = { pinCode: "PINCode", userUniqueId: "userUniqueID" };

/** The model of a cluster; undefined for one that the specification does not have. */
export function clusterModel(id) {
  return Matter.clusters(id);
}

/** The model of an attribute, of the cluster or of all clusters; undefined for an unknown one. */
export function attributeModel(cluster, id) {
  return cluster?.attributes(id) ?? Matter.attributes(id);
}

/** The model of an event; undefined for an unknown one. */
export function eventModel(cluster, id) {
  return cluster?.events(id);
}

/** The model of a request by its name, in any case of its first letter; undefined for an unknown one. */
export function commandModel(cluster, name) {
  return cluster?.commands.find(command => command.isRequest && lower(command.name) === lower(name));
}

/** How a field is called in command responses and events. */
export function wireName(field) {
  return SPELLINGS[field.propertyName] ?? field.propertyName;
}

/** What matter.js calls a flag of a bitmap; those of a feature map go by their titles. */
export function flagName(bitmap, member) {
  return bitmap.name === "FeatureMap" ? camel(member.title ?? member.name) : member.propertyName;
}

function lower(name) {
  return name.toLowerCase();
}

function camel(text) {
  const words = text.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return words.map((word, at) => (at ? word[0].toUpperCase() : word[0].toLowerCase()) + word.slice(1)).join("");
}
