/** What Home Assistant gives a card, as far as it is used here. */
export interface State {
  entity_id: string;
  state: string;
  attributes: Record<string, any>;
  last_changed: string;
}

export interface Connection {
  subscribeMessage<T>(
    callback: (message: T) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

export interface Hass {
  connection: Connection;
  connected: boolean;
  states: Record<string, State>;
  entities: Record<string, { platform?: string; device_id?: string }>;
  language: string;
  locale: {
    language: string;
    time_format: "language" | "system" | "12" | "24";
    time_zone: "local" | "server";
  };
  config: { time_zone: string };
  user?: { is_admin: boolean };
  formatEntityState(state: State): string;
  localize(key: string, values?: Record<string, unknown>): string;
  loadBackendTranslation(category: string, integration: string): Promise<Hass["localize"]>;
  callService(domain: string, service: string, data: object, target?: object): Promise<unknown>;
  callWS<T>(message: object): Promise<T>;
  hassUrl(path?: string): string;
}

/** One lock as `aqara_lock/locks` gives it. */
export interface LockInfo {
  lock_id: string;
  name: string;
  device_id: string | null;
  entity_ids: Record<string, string>;
  may_assign: boolean;
  shows_names: boolean;
}

/** One entry of a journal as the feed gives it. */
export interface Line {
  lock_id: string;
  key: string;
  kind: "event" | "unexplained" | "gap" | "attempt";
  type?: string;
  sentence: string;
  occurred_at: string;
  until?: string;
  gap_reason?: string;
  person?: string;
  person_id?: string;
  person_entity?: string;
  user_name?: string;
  method?: string;
  ecosystem?: string;
  confidence?: string;
  reason?: string;
}

export interface FeedEvent {
  lines: Line[];
  removed: { lock_id: string; key: string }[];
  initial: boolean;
}

export type LinkName = "home_assistant" | "network" | "hub" | "lock";
export type LinkState = "ok" | "warning" | "error" | "unknown";

export interface Finding {
  id: string;
  link: LinkName;
  severity: "notice" | "warning" | "error";
  title: string;
  remedy: string;
  is_repair: boolean;
}

export interface LockHealth {
  lock_id: string;
  name: string;
  entity_id?: string;
  responsive: boolean;
  checking: boolean;
  since?: string;
  cause?: string;
  hub?: string;
  path: { link: LinkName; state: LinkState }[];
  findings: Finding[];
}

export interface HubHealth {
  hub_id: string;
  name: string;
  device_id?: string;
  online?: boolean;
  since: string;
  locks: string[];
}

export interface Health {
  loaded: boolean;
  locks: LockHealth[];
  hubs: HubHealth[];
  home: Finding[];
}

export interface AccessWindow {
  kind: string;
  start?: string;
  end?: string;
  minutes?: number;
  hours?: { days: number[]; start: string; end: string }[];
}

/** What a person may open at a door, and how that stands. */
export interface AccessGrant {
  person_id: string;
  lock_id: string;
  lock?: string;
  effect: string;
  means: string;
  window: AccessWindow;
  wish: "on" | "off" | "removed";
  keeper: string;
  opens: boolean;
  status?: string;
  reason?: string;
  waits_for?: string;
  used?: boolean;
  failed?: string;
  ask?: unknown;
}

export interface AccessPerson {
  person_id: string;
  name: string;
  kind: "member" | "guest";
  entity_id?: string;
  grants: AccessGrant[];
}

export interface AccessDoor {
  lock_id: string;
  name: string;
  reachable: boolean;
  strangers: number[];
  limits: { shortest_code: number; longest_code: number };
  free: { users: number; codes: number };
  job: { state: string; done: number; steps: number };
}

export interface Access {
  readable: boolean;
  people: AccessPerson[];
  doors: AccessDoor[];
  leaving: AccessGrant[];
  found: FoundPerson[];
}

/** Users of locks that nobody here has, and that seem to be one person. */
export interface FoundPerson {
  name?: string;
  person_id?: string;
  users: { lock_id: string; lock: string; index: number; maker: string }[];
}

export interface AccessChange {
  person_id: string;
  lock_id: string;
  effect: string;
  wish: string;
  keeper: string;
  window?: AccessWindow;
  has_code?: boolean;
  password?: string;
}

export interface AccessPlan {
  lock_id: string;
  reachable: boolean;
  unread: boolean;
  messages: { writes: number; reads: number };
  cannot: { reason: string; by_home: boolean }[];
  needs_code: object[];
  waits: object[];
}

/** The options of the card. */
export interface CardConfig {
  type: string;
  entity?: string;
  name?: string;
  activity?: boolean;
  path?: boolean;
  notices?: boolean;
  confirm?: boolean;
  rows?: number;
}

/** Entries that belong together: one, or several refusals in a row. */
export interface Group {
  key: string;
  lines: Line[];
}

export interface Day {
  date: string;
  groups: Group[];
}

declare global {
  interface Window {
    customCards?: object[];
    customBadges?: object[];
    customCardFeatures?: object[];
    customStrategies?: object[];
  }
}
