/** The server gives the package's own module under this name. */
export { default } from "uplot";
