// Remember, in this browser only, which questions of a page were answered.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const key = `quiz ${location.pathname}`;
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) || [];
    } catch {
      return []; // no storage here, or not ours
    }
  };

  const tick = (question) => {
    if (question.querySelector(".quiz-done")) return;
    const note = document.createElement("p");
    note.className = "quiz-done";
    note.textContent = "✓ You answered this one.";
    question.append(note);
  };

  for (const question of document.querySelectorAll(".quiz-question")) {
    if (read().includes(question.id)) tick(question);
    question.querySelector(".quiz-right")?.addEventListener("toggle", (e) => {
      if (!e.target.open) return;
      tick(question);
      try {
        const done = [...new Set([...read(), question.id])];
        localStorage.setItem(key, JSON.stringify(done));
      } catch {
        // The tick lasts as long as the page.
      }
    });
  }
});
