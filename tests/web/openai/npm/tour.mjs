// The tour of the API with the official `openai` package from npm. Prints "done" when everything was as it must be.
import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";

const client = new OpenAI({ baseURL: process.env.BASE, apiKey: process.env.KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "Who are you?" }];

const names = [];
for await (const model of client.models.list()) names.push(model.id);
assert.ok(names.includes("starter"));

const asked = { model: "starter", messages, max_tokens: 20, temperature: 0 };
const whole = await client.chat.completions.create(asked);
let text = "";
const stream = await client.chat.completions.create({ ...asked, stream: true, logprobs: true, top_logprobs: 1 });
let scored = 0;
for await (const chunk of stream) {
  text += chunk.choices[0]?.delta?.content ?? "";
  scored += chunk.choices[0]?.logprobs?.content?.length ?? 0;
}
assert.equal(text, whole.choices[0].message.content);
assert.ok(scored > 3);

const seeded = { ...asked, temperature: 1.5, seed: 7 };
const twice = await Promise.all([1, 2].map(() => client.chat.completions.create(seeded)));
assert.equal(twice[0].choices[0].message.content, twice[1].choices[0].message.content);

const completion = await client.completions.create({ model: "fast", prompt: "alpha", max_tokens: 4 });
assert.equal(completion.choices[0].finish_reason, "length");

const vectors = await client.embeddings.create({ model: "all-minilm-l6-v2", input: ["a cat", "a dog"] });
assert.equal(vectors.data[1].embedding.length, 384);

const response = await client.responses.create({ model: "starter", input: "Who are you?", max_output_tokens: 20 });
assert.ok(response.output_text.length > 0);
let streamed = "";
let last;
const next = { model: "starter", input: "And?", previous_response_id: response.id, max_output_tokens: 20 };
for await (const event of await client.responses.create({ ...next, stream: true })) {
  if (event.type === "response.output_text.delta") streamed += event.delta;
  last = event;
}
assert.equal(last.response.output[0].content[0].text, streamed);
assert.equal((await client.responses.retrieve(last.response.id)).previous_response_id, response.id);
assert.equal((await client.responses.inputItems.list(response.id)).data.length, 1);

const line = { custom_id: "a", method: "POST", url: "/v1/embeddings", body: { model: "all-minilm-l6-v2", input: "x" } };
const file = await client.files.create({ file: await toFile(Buffer.from(JSON.stringify(line)), "in.jsonl"), purpose: "batch" });
let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: "/v1/embeddings",
  completion_window: "24h",
});
for (let tries = 0; batch.status !== "completed" && tries < 300; tries += 1) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  batch = await client.batches.retrieve(batch.id);
}
const result = JSON.parse(await (await client.files.content(batch.output_file_id)).text());
assert.equal(result.custom_id, "a");
assert.equal(result.response.body.data[0].embedding.length, 384);

const ask = (options, fields) =>
  client.withOptions(options).chat.completions.create({ model: "fast", messages, max_tokens: 2, ...fields });
await assert.rejects(ask({}, { model: "nope" }), (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found");
await assert.rejects(ask({}, { temperature: 99 }), OpenAI.BadRequestError);
await assert.rejects(ask({ apiKey: "lm-wrong" }), OpenAI.AuthenticationError);
await ask({ apiKey: process.env.FEW });
await assert.rejects(ask({ apiKey: process.env.FEW }), OpenAI.RateLimitError);
console.log("done");
