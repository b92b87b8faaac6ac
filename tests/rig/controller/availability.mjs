// Whether a node counts as available: it keeps that for a while after its connection was lost.

/** The availability of one node; `changed` is called with each new value, `grace` is in milliseconds. */
export class Availability {
  constructor(connected, grace, changed) {
    this.available = connected;
    this._changed = changed;
    this._grace = grace;
    this._timer = undefined;
  }

  /** Take that there is a connection: available at once. */
  connected() {
    this.stop();
    this._set(true);
  }

  /** Take that the connection is lost; later ways of being lost do not begin the grace anew. */
  lost() {
    if (!this.available || this._timer) return;
    this._timer = setTimeout(() => {
      this._timer = undefined;
      this._set(false);
    }, this._grace);
  }

  /** Forget the grace that runs. */
  stop() {
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  _set(available) {
    if (available === this.available) return;
    this.available = available;
    this._changed(available);
  }
}
