// The pad: one draws, and a network reads while the pen moves. This file holds the state and wires
// the parts; each part has its file.

import { writeParameters } from "../parts/address.js";
import { element, setText } from "../parts/dom.js";
import { createSender } from "../parts/messages.js";
import { mountOf, styleSheets } from "../parts/mount.js";
import { createAnswers } from "./answers.js";
import { createReaders, createTestDigits } from "./choices.js";
import { createGraph } from "./graph.js";
import { createInk } from "./ink.js";
import { createLesson } from "./lesson.js";
import { createNeuron } from "./neuron.js";
import { createPaper } from "./paper.js";
import { bytesOf } from "../parts/picture.js";
import { createSteps } from "./steps.js";
import { createTools } from "./tools.js";

const paper = createPaper(); // it outlives the page: who comes back finds the drawing
const HERE = { network: null, crop: null, centre: null, line: null, deskew: null }; // ours in the address

export default mountOf(".downhill-pad", createPad);

function createPad(root) {
  let model = null;
  let asked = false;
  let drawing = false; // the pen is down
  let wanted = null; // the test digit that was asked for last: {act, index, number}
  let [sent, again] = [0, 0]; // the drawing that was sent last, and one that is not sent again
  const sender = createSender({ onLost: () => sendPaper(), once: ["teach", "forget"] });

  /** The number of what was drawn or asked for last. */
  const newest = () => Math.max(paper.number, wanted?.number ?? 0);

  function sendPaper() {
    sent = newest();
    root.dataset.drawn = sent;
    if (sent > paper.number) sender.send(wanted.act, { index: wanted.index, number: sent });
    else if (paper.index === null) sender.send("draw", paper.message());
    else sender.send("picture", { index: paper.index, number: paper.number });
  }

  /** The newest drawing to Python, at once if nothing is under way, and the ink to the screen. */
  function changed() {
    root.dataset.drawn = newest();
    if (sender.idle) sendPaper();
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (sent !== newest()) sendPaper();
      drawInk();
    });
  }

  const ink = createInk({
    down(place) { drawing = true; paper.begin(place); changed(); },
    move(places) { paper.extend(places); changed(); },
    up() { drawing = false; paper.end(); changed(); },
  });
  /** Asks for a test digit; what lies on the pad stays there until it has come. */
  const take = (act) => (index) => {
    paper.end();
    wanted = { act, index, number: paper.next() };
    sendPaper();
  };
  const choose = (layer, number) => sender.send("neuron", { layer, number });
  const parts = {
    readers: createReaders({ choose: (reader) => sender.send("reader", { reader }) }),
    tools: createTools({ paper, changed }),
    tests: createTestDigits({ take: take("picture"), mistake: take("mistake") }),
    graph: createGraph({ choose }),
    answers: createAnswers(),
    neuron: createNeuron({ choose }),
    steps: createSteps({ toggle: (setting, on) => sender.send("step", { setting, on: Number(on) }) }),
    lesson: createLesson({
      teach: (label, steps, rate) => sender.send("teach", { label, steps, rate }),
      forget: () => sender.send("forget"),
    }),
  };
  const words = layOut(root, ink, parts);

  function drawInk() {
    const answered = model && model.number === paper.number;
    ink.draw({ paper, strays: answered && model.reading ? model.reading.strays : [] });
    parts.tools.draw();
  }

  /** What Python says about the drawings: a test digit that has come, one that it refuses or lacks. */
  function settle({ picture, arrays, number, refused }) {
    if (picture && number > paper.number) paper.picture(picture.index, bytesOf(arrays.image).slice(), number);
    if (refused === wanted?.number) wanted = null;
    if (refused === paper.number) again = paper.number;
    // A new session, say after the server began anew, has not seen what lies here.
    // Once only: what is refused would be refused for ever.
    if (number === newest()) again = 0;
    else if (sender.idle && again !== newest()) {
      again = newest();
      sendPaper();
    }
  }

  return {
    connect: sender.connect,
    receive(message) {
      const began = performance.now();
      model = message;
      sender.acknowledge(model.acknowledged);
      settle(model);
      for (const part of Object.values(parts)) part.draw(model, drawing);
      drawInk();
      words.draw(model, drawing);
      writeParameters({ ...HERE, ...model.address });
      Object.assign(root.dataset, {
        ready: "true", drawn: newest(), ack: model.acknowledged, number: model.number, answer: model.reading?.answer ?? "",
        painted: (performance.now() - began).toFixed(2),
      });
    },
    leave() {
      writeParameters(HERE);
      ink.destroy();
      parts.graph.destroy();
    },
  };
}

function layOut(root, ink, parts) {
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  const aside = element("p", { class: "aside" });
  const adds = element("span", { class: "for" });
  const separate = element("span", { class: "shares", hidden: true });
  const key = element("p", { class: "key" },
    adds, element("span", { class: "against", text: "takes from it (dashed)" }),
    element("span", { text: "Click or tap a neuron to look into it." }), separate);
  root.replaceChildren(
    ...styleSheets(import.meta.url, "pad.css"), parts.readers.body, notice,
    element("div", { class: "bench" },
      element("div", { class: "left" }, ink.body, parts.tools.body, parts.tests.body, parts.lesson.body),
      element("div", { class: "right" },
        element("div", { class: "said" }, sentence, aside),
        element("div", { class: "board" }, parts.graph.body, parts.answers.body),
        key, parts.neuron.body, parts.steps.body)));
  return {
    draw({ notice: text, reading }, busy) {
      notice.hidden = !text;
      setText(notice, text);
      sentence.setAttribute("aria-live", busy ? "off" : "polite");
      setText(sentence, reading?.sentence ?? "The pad is empty, so there is nothing to read.");
      setText(aside, reading?.aside ?? "");
      setText(adds, reading ? `adds to the ${reading.target}` : "adds to the answer");
      setText(separate, reading?.cost === "squared_error" ? "This network's outputs do not add up to 1: the bars show each one's share of their sum." : "");
      separate.hidden = !separate.textContent;
    },
  };
}
