// Lint rules: type-checked TypeScript, and what is small enough to be held in mind. What may import what is said in
// .dependency-cruiser.mjs.
import { defineConfig } from "eslint/config";
import regexp from "eslint-plugin-regexp";
import tseslint from "typescript-eslint";
import own from "./.eslint.rules.mjs";

const wireText = {
  group: ["**/xml/wire-text.js"],
  importNames: ["finished"],
  message: "Text for the wire is made by the serialiser and the splice alone.",
};

const archiveReads = {
  group: ["**/rooms-archive-reads.js"],
  importNames: ["RoomsArchiveReads"],
  message: "Many messages are read through the meter alone: component/limits/meter.ts.",
};

const comparing = {
  group: ["node:crypto"],
  importNames: ["timingSafeEqual"],
  message: "Secrets and signatures are compared by component/secrets.ts alone.",
};

const parsing = {
  group: ["**/xml/parse.js"],
  message: "Stored stanzas are spliced, and found by their columns: parsing them costs as much as they hold.",
};

/** Files that parse JSON that the component itself wrote. */
const OWN_JSON = [
  "component/administration/{erased-texts,operator}.ts",
  "component/hooks/alerts/{plan,records,source-watch}.ts",
  "component/hooks/files/waiting-posts.ts",
  "component/hooks/outgoing/event-message.ts",
  "component/muc/admin/changing.ts",
  "component/muc/options/room-options.ts",
  "component/muc/room/subject.ts",
  "http/admin/routes.ts",
  "http/console/samples.ts",
  "http/docs/**",
  "http/*/page/**",
];

const unreadable = [
  {
    selector: "ConditionalExpression > ConditionalExpression > ConditionalExpression",
    message: "Say it with ifs that return.",
  },
  {
    selector:
      "TemplateLiteral:has(> CallExpression[callee.property.name='slice'][arguments.0.value=0]):has(> TemplateElement[value.raw=/^…/])",
    message: "Texts are shortened in one way: elided(), quoted() (component/wording.ts).",
  },
  {
    selector:
      "CallExpression[callee.property.name=/^(?:filter|find|findIndex|some|every)$/] > ArrowFunctionExpression > :not(BlockStatement) AssignmentExpression, CallExpression[callee.property.name=/^(?:filter|find|findIndex|some|every)$/] > ArrowFunctionExpression > AssignmentExpression",
    message: "A question that changes something surprises: accumulate in a loop.",
  },
];

const normalising = {
  selector: "CallExpression[callee.property.name='normalize']",
  message: "A long run of marks takes quadratic time: normalized() of storage/unicode.ts has a length.",
};

const restricted = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { "no-restricted-imports": ["error", { patterns }] },
});

export default defineConfig(
  { ignores: ["dist/"] },
  {
    files: ["**/*.ts"],
    ignores: ["http/*/page/**"],
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
  },
  ...["console", "docs"].map((part) => ({
    files: [`http/${part}/page/**`],
    languageOptions: { parserOptions: { project: `./http/${part}/page/tsconfig.json` } },
  })),
  {
    files: ["**/*.ts", "http/*/page/**/*.js"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/max-params": ["error", { max: 4 }],
      // Comments are free: what always holds is worth its lines.
      "max-lines": ["error", { max: 300, skipComments: true, skipBlankLines: true }],
      "no-restricted-syntax": ["error", ...unreadable],
    },
  },
  {
    // Anybody may have written the text that a pattern is applied to: its time must grow no faster than the text.
    files: ["{component,http,storage,scripts}/**/*.{ts,js}"],
    plugins: { regexp },
    rules: {
      "regexp/no-super-linear-backtracking": ["error", { report: "potential" }],
      "regexp/no-super-linear-move": [
        "error",
        { report: "potential", ignoreSticky: false, ignorePartial: false },
      ],
    },
  },
  {
    files: ["{component,http,storage,scripts}/**/*.ts"],
    plugins: { own },
    rules: {
      "own/no-prototype-lookup": "error",
      "own/no-kept-view": "error",
      // A rejection would end the process: catch it, log it, and count it.
      "@typescript-eslint/no-floating-promises": ["error", { ignoreVoid: false }],
    },
  },
  {
    // These programs read nothing that strangers wrote.
    files: ["scripts/{bench,docs,lab,mutants}/**/*.ts"],
    rules: { "own/no-prototype-lookup": "off", "own/no-kept-view": "off" },
  },
  {
    files: ["spec/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  restricted(
    ["{component,http,storage,scripts}/**/*.ts"],
    [wireText, archiveReads, comparing],
    ["component/xml/*.ts", "component/secrets.ts"],
  ),
  {
    files: ["{component,http,storage}/**/*.ts"],
    ignores: ["storage/unicode.ts", "http/*/page/**"],
    rules: { "no-restricted-syntax": ["error", ...unreadable, normalising] },
  },
  {
    files: ["{component,http}/**/*.{ts,js}"],
    ignores: [...OWN_JSON, "component/limits/foreign-json.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        ...unreadable,
        normalising,
        {
          selector: "CallExpression[callee.object.name='JSON'][callee.property.name='parse']",
          message:
            "What others wrote has a price before it is parsed: foreignJson(). JSON of our own: name the file in OWN_JSON.",
        },
      ],
    },
  },
  restricted(["component/administration/records.ts"], [wireText, comparing]),
  restricted(
    ["component/muc/**/*.ts"],
    [wireText, archiveReads, comparing, parsing],
    // A short text each, of which the second is charged; and what an occupant sends, once.
    ["component/muc/room/subject.ts", "component/muc/features/vcard.ts", "component/muc/wire/sanitising.ts"],
  ),
  restricted(["component/muc/transaction.ts"], [wireText, comparing, parsing]),
);
