// How the search ranks what it finds: chapters before the reference.
// The numbers are Sphinx's own.
var Scorer = {
  score: ([docname, , , , score]) =>
    /^book\/(api\/|glossary|bibliography|how-checked|instructors|checked-)/
      .test(docname)
      ? score - 20
      : score,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
