// The page's side of open-page.js.

/** Answers the requests of the program that opened the page, one after the other, with the handler of their name. */
export async function answerRequests(handlers) {
  for (;;) {
    const request = await (await fetch("/next")).json();
    if (request.name === undefined) continue;
    let answer;
    try {
      answer = { value: await handlers[request.name](request.options) };
    } catch (error) {
      answer = { error: String(error?.message ?? error) };
    }
    await fetch("/answer", { method: "POST", body: JSON.stringify(answer) });
  }
}
