// Ends the session of this browser and forgets what it kept: drafts are private too.
import { clearDrafts } from "./composer_draft.js";

/** Signs out and goes to the sign-in page, also when the server cannot be reached: the page must not stay open. */
export async function signOut() {
  clearDrafts();
  try {
    await fetch("/sign-out", { method: "POST", redirect: "manual" });
  } finally {
    window.location.assign("/sign-in");
  }
}
