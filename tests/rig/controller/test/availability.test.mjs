// A node stays available for a while after its connection was lost.
import assert from "node:assert/strict";
import { beforeEach, describe, it, mock } from "node:test";
import { Availability } from "../availability.mjs";

const GRACE = 180_000;

describe("a node whose connection is lost", () => {
  let told, node;

  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
    told = [];
    node = new Availability(true, GRACE, available => told.push(available));
  });

  it("is available for three minutes", () => {
    node.lost();
    mock.timers.tick(GRACE - 1);
    assert.deepEqual([node.available, told], [true, []]);
    mock.timers.tick(1);
    assert.deepEqual([node.available, told], [false, [false]]);
  });

  it("is not given more time by being lost again", () => {
    node.lost();
    mock.timers.tick(GRACE - 1);
    node.lost();
    mock.timers.tick(1);
    assert.equal(node.available, false);
  });

  it("says nothing when it comes back in time", () => {
    node.lost();
    mock.timers.tick(GRACE - 1);
    node.connected();
    mock.timers.tick(GRACE);
    assert.deepEqual(told, []);
  });

  it("is told when it comes back later", () => {
    node.lost();
    mock.timers.tick(GRACE);
    node.lost();
    node.connected();
    assert.deepEqual(told, [false, true]);
  });

  it("that was never there is not given any time", () => {
    const stranger = new Availability(false, GRACE, available => told.push(available));
    stranger.lost();
    mock.timers.tick(GRACE);
    assert.deepEqual([stranger.available, told], [false, []]);
  });
});
