// Runs an ONNX vocoder with ONNX Runtime on the CPU: one and two threads, several input lengths, multiples of real time.
// usage: node bench-onnx.js MODEL.onnx INPUT MELS SECONDS_PER_FRAME (needs onnxruntime-node, found through NODE_PATH)
const ort = require('onnxruntime-node');
const [, , model, input, mels, seconds] = process.argv;

async function measure(session, frames) {
  const values = Float32Array.from({ length: mels * frames }, () => Math.random() * 2 - 1);
  const feed = { [input]: new ort.Tensor('float32', values, [1, Number(mels), frames]) };
  await session.run(feed);
  const times = [];
  for (const end = Date.now() + 1500; times.length < 3 || Date.now() < end;) {
    const start = process.hrtime.bigint();
    await session.run(feed);
    times.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  times.sort((a, b) => a - b);
  return frames * seconds / times[times.length >> 1];
}

(async () => {
  for (const threads of [1, 2]) {
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 });
    for (const frames of [8, 32, 172]) {
      console.log(`onnxruntime ${threads} threads ${frames} frames: ${(await measure(session, frames)).toFixed(2)} x`);
    }
  }
})();
