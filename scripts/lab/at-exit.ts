/**
 * What is left to do when this process ends, by one listener: Node takes more than ten for a leak, and a process that runs
 * many tests has more servers than that. Programs end before files are deleted.
 */
type Work = () => void;

const programs = new Set<Work>();
const files = new Set<Work>();
let isListening = false;

/** Does something when this process ends. @returns a function that takes this back */
export function atExit(what: "programs" | "files", work: Work): () => void {
  if (!isListening) process.prependOnceListener("exit", doAll);
  isListening = true;
  const works = what === "programs" ? programs : files;
  works.add(work);
  return () => void works.delete(work);
}

function doAll(): void {
  for (const work of [...programs, ...files]) {
    try {
      work();
    } catch {
      // The rest is still to be done.
    }
  }
}
