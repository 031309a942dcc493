// What the cost does when one of the two is wiggled: measured, and straight on as predicted.

import { drawAxes, fitCanvas, inset, line, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";

const COLOURS = ["#56b4e9", "#e69f00"];

export function createTrial(repaint) {
  const host = element("div", { class: "trial" });
  const sheet = fitCanvas(host, repaint);
  sheet.canvas.setAttribute("role", "img");
  sheet.canvas.setAttribute("aria-label", "Change of the cost against the wiggle, for both; the numbers stand in the table below.");
  return {
    body: host,
    draw({ model, stop, theme }) {
      const context = sheet.begin();
      if (!context) return;
      const { amounts, changes } = model.arrays;
      const count = amounts.data.length;
      const far = Math.max(...Array.from(changes.data, Math.abs), ...model.pair.map(({ slope }) => Math.abs(slope ?? 0) * model.farthest), 1e-12) * 1.1;
      const area = plane(inset(sheet, { left: 60, right: 14, top: 12, bottom: 26 }), [-model.farthest, model.farthest], [-far, far]);
      drawAxes(context, area, theme, { label: "change of the cost" });
      context.strokeStyle = theme.text;
      context.globalAlpha = 0.6;
      line(context, area.px(amounts.data[stop]), area.box.top, area.px(amounts.data[stop]), area.box.top + area.box.height);
      context.globalAlpha = 1;
      model.pair.forEach(({ slope }, which) => {
        context.strokeStyle = context.fillStyle = COLOURS[which];
        context.lineWidth = 1.5;
        context.setLineDash([5, 4]);
        line(context, area.px(-model.farthest), area.py(-(slope ?? 0) * model.farthest), area.px(model.farthest), area.py((slope ?? 0) * model.farthest));
        context.setLineDash([]);
        context.lineWidth = 2.5;
        context.beginPath();
        for (let at = 0; at < count; at++) context.lineTo(area.px(amounts.data[at]), area.py(changes.data[which * count + at]));
        context.stroke();
        const [x, y] = [area.px(amounts.data[stop]), area.py(changes.data[which * count + stop])];
        context.strokeStyle = theme.text;
        context.lineWidth = 1.5;
        context.beginPath();
        if (which) context.rect(x - 6, y - 6, 12, 12);
        else context.arc(x, y, 7, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      });
    },
    destroy: () => sheet.destroy(),
  };
}
