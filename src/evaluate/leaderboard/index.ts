export * from "./leaderboard.ts";
export * from "./render-leaderboard.ts";
