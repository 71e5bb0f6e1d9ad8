// Shows the call and notes each picture that came to the screen.
const video = document.querySelector("video");
const connection = new RTCPeerConnection();
const displayed = [];

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
}

// Answers with the answer to an offer.
window.accept = async ({ offer }) => {
  await connection.setRemoteDescription({ type: "offer", sdp: offer });
  await connection.setLocalDescription(await connection.createAnswer());
  while (connection.iceGatheringState !== "complete")
    await new Promise((resolve) => connection.addEventListener("icegatheringstatechange", resolve, { once: true }));
  return { sdp: connection.localDescription.sdp };
};

window.report = async () => {
  const statistics = [...(await connection.getStats()).values()].filter((entry) =>
    ["inbound-rtp", "candidate-pair", "codec"].includes(entry.type));
  return { displayed, statistics };
};
