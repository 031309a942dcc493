// The pad: one draws, and a network reads while the pen moves. This file holds the state and wires
// the parts; each part has its file.

import { element } from "../parts/dom.js";
import { createSender } from "../parts/messages.js";
import { mountOf, styleSheets } from "../parts/mount.js";
import { writeAddress } from "./address.js";
import { createAnswers } from "./answers.js";
import { createReaders, createTestDigits } from "./choices.js";
import { createGraph } from "./graph.js";
import { createInk } from "./ink.js";
import { createLesson } from "./lesson.js";
import { createNeuron } from "./neuron.js";
import { createPaper } from "./paper.js";
import { bytesOf } from "./picture.js";
import { createSteps } from "./steps.js";
import { createTools } from "./tools.js";

const paper = createPaper(); // it outlives the page: who comes back finds the drawing

export default mountOf(".downhill-pad", createPad);

function createPad(root) {
  let model = null;
  let asked = false;
  let drawing = false; // the pen is down
  let [sent, again] = [0, 0]; // the drawing that was sent last, and one that was sent twice
  const sender = createSender({ onLost: () => sendPaper(), once: ["teach", "forget"] });

  function sendPaper() {
    sent = paper.number;
    if (paper.index === null) sender.send("draw", paper.message());
    else sender.send("picture", { index: paper.index, number: paper.number });
  }

  /** The newest drawing to Python, at once if nothing is under way, and the ink to the screen. */
  function changed() {
    root.dataset.drawn = paper.number;
    if (sender.idle) sendPaper();
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (sent !== paper.number) sendPaper();
      drawInk();
    });
  }

  const ink = createInk({
    down(place) { drawing = true; paper.begin(place); changed(); },
    move(places) { paper.extend(places); changed(); },
    up() { drawing = false; changed(); },
  });
  const take = (act) => (index) => {
    paper.picture(index);
    root.dataset.drawn = paper.number;
    drawInk();
    sender.send(act, { index, number: paper.number });
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
    ink.draw({
      paper,
      picture: answered && model.arrays.image ? bytesOf(model.arrays.image) : null,
      strays: answered && model.reading ? model.reading.strays : [],
    });
    parts.tools.draw();
  }

  return {
    connect: sender.connect,
    receive(message) {
      const began = performance.now();
      model = message;
      sender.acknowledge(model.acknowledged);
      if (model.picture && model.number === paper.number && paper.index !== model.picture.index) paper.found(model.picture.index);
      for (const part of Object.values(parts)) part.draw(model);
      drawInk();
      words.draw(model, drawing);
      writeAddress(model.address);
      // A new session, say after the server began anew, has not seen what lies here.
      // Once only: what is refused would be refused for ever.
      if (model.number === paper.number) again = 0;
      else if (sender.idle && again !== paper.number) {
        again = paper.number;
        sendPaper();
      }
      Object.assign(root.dataset, {
        ready: "true", drawn: paper.number, ack: model.acknowledged, number: model.number, answer: model.reading?.answer ?? "",
        painted: (performance.now() - began).toFixed(2),
      });
    },
    leave() {
      writeAddress(null);
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
  const key = element("p", { class: "key" },
    adds, element("span", { class: "against", text: "takes from it (dashed)" }),
    element("span", { text: "Click or tap a neuron to look into it." }));
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
      notice.textContent = text;
      sentence.setAttribute("aria-live", busy ? "off" : "polite");
      set(sentence, reading?.sentence ?? "The pad is empty, so there is nothing to read.");
      set(aside, reading?.aside ?? "");
      set(adds, reading ? `adds to the ${reading.target}` : "adds to the answer");
    },
  };
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
