/**
 * The thread that reads a calendar. It answers with persons alone: what the calendar's texts say of them would be copied for
 * each repetition of an event.
 */
import { parentPort, workerData } from "node:worker_threads";
import { readCalendar } from "./calendar.js";
import { shiftsIn } from "./calendar-people.js";
import type { ThreadQuestion } from "./calendar-reading.js";

const question = workerData as ThreadQuestion;
parentPort?.postMessage(shiftsIn(readCalendar(question), question.people));
