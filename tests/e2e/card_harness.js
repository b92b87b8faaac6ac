// A page that plays Home Assistant for the card: locks, states, feeds, and what was called.
const minute = 60_000;
const start = Date.UTC(2026, 10, 30, 12);
window.calls = [];
window.fired = [];
window.feeds = [];
addEventListener("hass-more-info", (event) => fired.push(event.detail.entityId));

window.line = (number, more = {}) => ({
  lock_id: "l0",
  key: `e0.1.${number}`,
  kind: "event",
  type: "unlocked",
  sentence: "was unlocked",
  occurred_at: new Date(start + number * minute).toISOString(),
  person: "Anna",
  method: "fingerprint",
  confidence: "reported",
  ...more,
});

window.tell = (kind, event) => {
  for (const feed of feeds) if (feed.type.includes(kind)) feed.tell(event);
};

window.health = (locks, more = {}) => ({
  loaded: true,
  hubs: [],
  home: [],
  locks: locks.map((lock) => ({
    lock_id: lock.lock_id,
    name: lock.name,
    entity_id: lock.entity_ids.lock,
    responsive: true,
    checking: false,
    path: ["home_assistant", "network", "hub", "lock"].map((link) => ({ link, state: "ok" })),
    findings: [],
  })),
  ...more,
});

window.home = (texts, count = 1, attributes = {}) => {
  const locks = Array.from({ length: count }, (_, number) => ({
    lock_id: `l${number}`,
    name: `Door ${number}`,
    entity_ids: { lock: `lock.d${number}`, activity: `event.d${number}` },
    may_assign: true,
    shows_names: true,
  }));
  const states = Object.fromEntries(
    locks.map((lock) => [
      lock.entity_ids.lock,
      {
        entity_id: lock.entity_ids.lock,
        state: "locked",
        attributes: { friendly_name: lock.name, supported_features: 0, ...attributes },
        last_changed: new Date(start).toISOString(),
      },
    ]),
  );
  const localize = (key, values = {}) =>
    Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, value),
      texts[key] ?? "",
    );
  const hass = {
    connected: true,
    language: "en",
    locale: { language: "en", time_format: "24", time_zone: "server" },
    config: { time_zone: "UTC" },
    user: { is_admin: true },
    states,
    entities: {},
    localize,
    loadBackendTranslation: async () => localize,
    hassUrl: (path) => path,
    callService: async (...call) => void calls.push(call),
    callWS: async (message) => {
      if (message.type === "aqara_lock/locks") return { locks: hass.shown };
      if (message.type === "config/entity_registry/get") return { options: hass.options };
      calls.push([message.type, message]);
      return hass.pages.shift();
    },
    shown: locks,
    options: {},
    pages: [],
    connection: {
      addEventListener() {},
      removeEventListener() {},
      subscribeMessage: async (told, message) => {
        feeds.push({ ...message, tell: told });
        return async () => {};
      },
    },
  };
  return hass;
};

window.show = async (hass, config, lines) => {
  const card = document.createElement("aqara-lock-card");
  card.setConfig({ type: "custom:aqara-lock-card", ...config });
  card.hass = hass;
  document.body.replaceChildren(card);
  await settled();
  tell("health", health(hass.shown));
  await settled();
  if (lines) tell("activity", { lines, removed: [], initial: true });
  await settled();
  window.card = card;
  return card;
};

window.settled = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
