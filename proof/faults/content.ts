/** What every path of the servers answers with: short, as something goes wrong at each octet of it. */
export const CONTENT: string = 'every octet of this must come, in order, or none. '.repeat(2);

/** What is sent where something is. */
export const UPLOAD: string = 'what a client sends may get lost on the way too. '.repeat(2);
