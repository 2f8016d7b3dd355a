// What is printed is what is on the screen: its parts keep their sizes, and all of it is scaled to the paper.

addEventListener("beforeprint", () => {
  const WIDE = 1040, HIGH = 430; // pixels: A4 across without margins; a higher stage is split over two pages by Chromium
  const stage = document.querySelector(".ink-stage");
  if (!stage) return;
  for (const part of [stage, ...stage.querySelectorAll(".ink-ground, .ink-courses, .ink-time")]) {
    const box = part.getBoundingClientRect();
    part.style.setProperty("--ink-wide", `${box.width}px`);
    part.style.setProperty("--ink-high", `${box.height}px`);
  }
  const { width, height } = stage.getBoundingClientRect();
  stage.style.setProperty("--ink-scale", Math.min(1, WIDE / width, HIGH / height));
});
