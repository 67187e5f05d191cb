// Lint rules: type-checked TypeScript, and the directions imports may take:
// scripts -> http -> component -> storage; spec may look at all four.
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const restrict = (folder, ...patterns) => ({
  files: [`${folder}/**/*.ts`],
  rules: { "no-restricted-imports": ["error", { patterns }] },
});

const upwards = (folder, above) => ({
  group: above.map((name) => `**/${name}/**`),
  message: `${folder}/ must not know ${above.join(", ")}: imports point down.`,
});

const wireText = {
  group: ["**/xml/wire-text.js"],
  importNames: ["finished"],
  message: "Text for the wire is made by the serialiser and the splice alone.",
};

/** Forbids a folder to import from the folders above it, and to make text for the wire by itself. */
const layer = (folder, ...above) => restrict(folder, upwards(folder, above), wireText);

export default defineConfig(
  { ignores: ["dist/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json" } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
  {
    files: ["spec/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  layer("storage", "component", "http", "scripts", "spec"),
  layer("component", "http", "scripts", "spec"),
  restrict("component/xml", upwards("component/xml", ["http", "scripts", "spec"])),
  layer("http", "scripts", "spec"),
  layer("scripts", "spec"),
);
