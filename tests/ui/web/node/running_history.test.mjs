import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresIn } from "../../../../localmind_app/ui/web/figures_format.js";
import { SPAN, advance, series } from "../../../../localmind_app/ui/web/running_history.js";

const model = (more = {}) => ({ id: "m", start: 1, memory: 100, decoded_tokens: 0, ...more });

test("speed is what the counter gained, and unknown at first and after a restart", () => {
  let history = advance([], [model()], 1000);
  assert.equal(history[0].points[0].speed, null);
  history = advance(history, [model({ decoded_tokens: 40 })], 3000);
  assert.equal(history[0].points[1].speed, 20);
  history = advance(history, [model({ start: 2, decoded_tokens: 5 })], 5000);
  assert.equal(history[0].points[2].speed, null);
  assert.equal(advance(history, [model({ start: 2, decoded_tokens: 5 })], 5000)[0].points[3].speed, null);
});

test("what does not count tokens has no speed, only memory", () => {
  const history = advance(advance([], [model({ decoded_tokens: null })], 0), [model({ decoded_tokens: null, memory: 7 })], 2000);
  assert.deepEqual(series(history[0].points, "speed", 2000), []);
  assert.deepEqual(series(history[0].points, "memory", 2000).map(([, value]) => value), [100, 7]);
});

test("models that are gone leave, and two minutes are kept", () => {
  let history = [];
  for (let now = 0; now <= SPAN * 2; now += 2000) history = advance(history, [model()], now);
  assert.equal(history[0].points.length, SPAN / 2000 + 1);
  const line = series(history[0].points, "memory", SPAN * 2);
  assert.deepEqual([line[0][0], line[line.length - 1][0]], [0, 1]);
  assert.deepEqual(advance(history, [], SPAN * 2), []);
});

test("sizes and numbers are written in the reader's language", () => {
  const english = figuresIn("en");
  const german = figuresIn("de");
  assert.equal(english.size(4.7e9), "4.7 GB");
  assert.match(german.size(4.7e9), /^4,7\s*GB$/);
  assert.deepEqual([english.size(0), english.size(440_288), english.size(999.9e6), english.size(123.4e9)], ["0 byte", "440 kB", "1 GB", "123 GB"]);
  assert.deepEqual([english.number(12.34, 1), german.number(12.34, 1)], ["12.3", "12,3"]);
  assert.deepEqual([english.number(1234.56, 1), german.number(1234.56, 1)], ["1,235", "1.235"]);
  assert.equal(english.number(177_624_555_270_991_300, 2), "1.78E17");
  assert.equal(english.number(undefined), "0");
});
