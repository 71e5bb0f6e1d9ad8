// Shows the call and notes each picture that came to the screen.
const video = document.querySelector("video");
const connection = new RTCPeerConnection();
const displayed = [];
const SAMPLE_EVERY = 150; // pictures; one is read back, to prove what the others were
const samples = [];

connection.addEventListener("track", ({ track }) => {
  video.srcObject = new MediaStream([track]);
  video.requestVideoFrameCallback(note);
});

// presentationTime: when the picture was handed to the compositor, on performance.now()'s clock.
function note(now, metadata) {
  video.requestVideoFrameCallback(note);
  displayed.push({
    rtp: metadata.rtpTimestamp,
    presented: metadata.presentationTime,
    noticed: now,
    received: metadata.receiveTime,
    count: metadata.presentedFrames,
    width: metadata.width,
    height: metadata.height,
  });
  if (displayed.length % SAMPLE_EVERY === 1) readBack(metadata.rtpTimestamp);
}

async function readBack(rtp) {
  const frame = new VideoFrame(video);
  const bytes = new Uint8Array(frame.allocationSize());
  const { format } = frame;
  await frame.copyTo(bytes);
  frame.close();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  samples.push({ rtp, format, sha256 });
}

// Answers with the answer to an offer.
window.accept = async ({ offer }) => {
  await connection.setRemoteDescription({ type: "offer", sdp: offer });
  await connection.setLocalDescription(await connection.createAnswer());
  while (connection.iceGatheringState !== "complete")
    await new Promise((resolve) => connection.addEventListener("icegatheringstatechange", resolve, { once: true }));
  return { sdp: connection.localDescription.sdp };
};

// Ends the call. Answers with what was displayed and what the connection counted.
window.stop = async () => {
  const statistics = [...(await connection.getStats()).values()].filter((entry) =>
    ["inbound-rtp", "candidate-pair", "codec"].includes(entry.type));
  connection.close();
  return { displayed, samples, statistics };
};
