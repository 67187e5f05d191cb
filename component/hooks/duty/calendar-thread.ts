/** The thread that reads a calendar. */
import { parentPort, workerData } from "node:worker_threads";
import { readCalendar, type CalendarQuestion } from "./calendar.js";

parentPort?.postMessage(readCalendar(workerData as CalendarQuestion));
