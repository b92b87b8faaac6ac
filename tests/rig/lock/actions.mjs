// The actions of the control channel.
import { doorActions } from "./door-actions.mjs";
import { ecosystemActions } from "./ecosystem-actions.mjs";
import { lifeActions } from "./life-actions.mjs";
import { peopleActions } from "./people-actions.mjs";
import { userActions } from "./user-actions.mjs";

/** Every action by name; each takes the request object and gives the answer. Raises BadRequest. */
export function actionsOf(lock, quit) {
  return { ...doorActions(lock), ...userActions(lock), ...peopleActions(lock), ...ecosystemActions(lock), ...lifeActions(lock, quit) };
}
