// How the site of the pages is put together: its start, its groups, its look.

export const home = `---
layout: home
hero:
  name: ruminate
  text: Time to think for language models
  tagline: Hand it a model, a problem and a budget. It searches for the answer that its verifiers trust most, and says exactly what that cost.
  actions:
    - { theme: brand, text: Ten minutes with ruminate, link: /tutorial }
    - { theme: alt, text: Which strategy?, link: /choosing }
features:
  - { title: Solve, details: "One question, many attempts, the best supported answer", link: /command }
  - { title: Experiment, details: "Strategies compared at equal cost, with honest intervals", link: /experiments }
  - { title: Serve, details: "The protocol of OpenAI. Applications stay as they are", link: /serve }
---
`;

const item = (text, page) => ({ text, link: `/${page}` });

const groups = [
  [
    "Begin",
    [
      item("Ten minutes", "tutorial"),
      item("Which strategy?", "choosing"),
      item("Recipes", "recipes"),
      item("Glossary", "glossary"),
    ],
  ],
  [
    "Use",
    [
      item("The command", "command"),
      item("Experiments", "experiments"),
      item("Datasets", "datasets"),
      item("Statistics", "statistics"),
      item("Serving", "serve"),
      item("Many machines", "cluster"),
      item("Training sets", "training"),
    ],
  ],
  [
    "Strategies and verifiers",
    [
      item("All strategies", "strategies"),
      item("Search", "search"),
      item("Spending", "spending"),
      item("Prompting", "prompting"),
      item("Self-correction", "self-correction"),
      item("Programs", "programs"),
      item("Code", "code"),
      item("Verifiers", "verifiers"),
      item("Answers", "answers"),
    ],
  ],
  [
    "Build",
    [
      item("Parts of your own", "own"),
      item("The package", "package"),
      item("Performance", "performance"),
      item("Checked against", "conformance"),
      item("Contributing", "contributing"),
      item("Security", "security"),
      item("Changes", "changelog"),
    ],
  ],
];

/** Long names of the API break where a narrow screen ends. */
const style = ".vp-doc { overflow-wrap: anywhere; } .vp-doc pre { overflow: auto; overflow-wrap: normal; }";

export const config = (modules, files) => ({
  title: "ruminate",
  description: "Gives language models time to think",
  base: process.env.DOCS_BASE ?? "/",
  head: [["style", {}, style]],
  // They are there, and are no pages.
  ignoreDeadLinks: files,
  markdown: { lineNumbers: false },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [item("Tutorial", "tutorial"), item("Strategies", "strategies"), item("API", `api/${modules[0].page}`)],
    sidebar: [
      ...groups.map(([text, items]) => ({ text, items })),
      {
        text: "API",
        collapsed: true,
        items: modules.map(({ name, page }) => item(name, `api/${page}`)),
      },
    ],
  },
});
