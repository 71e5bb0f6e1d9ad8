// The camera: pictures of a y4m file (8-bit 4:2:0), each handed to the track at its time. That time, to 0.1 ms, and
// the picture's number are known for every capture, which a fake capture device would not tell.
const AHEAD = 12; // pictures read before their time comes

class Clip {
  static async open(file) {
    const line = await file.slice(0, 256).text();
    const header = line.slice(0, line.indexOf("\n"));
    const [, width, height] = header.match(/ W(\d+) H(\d+) /).map(Number);
    const [, numerator, denominator] = header.match(/ F(\d+):(\d+)/).map(Number);
    return new Clip(file, header.length + 1, width, height, numerator / denominator);
  }

  constructor(file, start, width, height, rate) {
    Object.assign(this, { file, start, width, height, rate });
    this.size = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
    this.length = Math.floor((file.size - start) / (this.size + "FRAME\n".length));
  }

  read(index) {
    const begin = this.start + index * (this.size + "FRAME\n".length) + "FRAME\n".length;
    return this.file.slice(begin, begin + this.size).arrayBuffer();
  }
}

const until = (time) => new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));

let clip;
let track;
let writer;
let connection;
const captures = []; // [number, performance.now()] of each
let running = false;

// Answers with the offer. `maxBitrate`: bits a second, null for the browser's default.
window.offer = async ({ maxBitrate }) => {
  clip = await Clip.open(document.querySelector("#clip").files[0]);
  track = new MediaStreamTrackGenerator({ kind: "video" });
  writer = track.writable.getWriter();
  connection = new RTCPeerConnection();
  const transceiver = connection.addTransceiver(track, { direction: "sendonly" });
  const codecs = RTCRtpSender.getCapabilities("video").codecs;
  const vp8 = codecs.filter((codec) => codec.mimeType === "video/VP8");
  const repair = codecs.filter((codec) => /\/(rtx|red|ulpfec)$/.test(codec.mimeType));
  transceiver.setCodecPreferences([...vp8, ...repair]);
  if (maxBitrate) {
    const parameters = transceiver.sender.getParameters();
    parameters.encodings[0].maxBitrate = maxBitrate;
    await transceiver.sender.setParameters(parameters);
  }
  await connection.setLocalDescription(await connection.createOffer());
  while (connection.iceGatheringState !== "complete")
    await new Promise((resolve) => connection.addEventListener("icegatheringstatechange", resolve, { once: true }));
  return { sdp: connection.localDescription.sdp, length: clip.length, rate: clip.rate };
};

// The first picture is captured now, and the call begins.
window.start = async ({ answer }) => {
  running = true;
  feed();
  await connection.setRemoteDescription({ type: "answer", sdp: answer });
};

async function feed() {
  const buffers = [];
  for (let index = 0; index < AHEAD; ++index) buffers.push(clip.read(index));
  await buffers[0];
  const begin = performance.now();
  for (let number = 0; running && number < clip.length; ++number) {
    await until(begin + (number * 1000) / clip.rate);
    const picture = await buffers.shift();
    if (number + AHEAD < clip.length) buffers.push(clip.read(number + AHEAD));
    const at = performance.now();
    const frame = new VideoFrame(picture, {
      format: "I420",
      codedWidth: clip.width,
      codedHeight: clip.height,
      timestamp: Math.round(at * 1000),
      colorSpace: { matrix: "smpte170m", primaries: "smpte170m", transfer: "smpte170m", fullRange: false },
    });
    captures.push([number, at]);
    writer.write(frame).catch(() => {});
  }
}

// Ends the captures. Answers with all of them and with what the connection counted.
window.stop = async () => {
  running = false;
  const statistics = [...(await connection.getStats()).values()].filter((entry) =>
    ["outbound-rtp", "remote-inbound-rtp", "candidate-pair", "media-source", "codec"].includes(entry.type));
  return { captures, statistics };
};
