/*
 * caredesk.js - small comforts. Every page works without it; nothing here decides anything.
 */
(() => {
	"use strict";
	const $ = (selector, root = document) => root.querySelector(selector);
	const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
	const search = $("#search");
	const form = $("form[data-guard]");
	document.documentElement.classList.add("js");

	/* "/" goes to the search box, Ctrl+S saves, the arrows walk through the results. */
	addEventListener("keydown", (event) => {
		const at = document.activeElement;
		const typing = at.matches("input, select, textarea, [contenteditable]");
		const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
		if (event.key === "/" && plain && !typing && search) {
			event.preventDefault();
			search.focus();
			search.select();
		} else if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && form) {
			event.preventDefault();
			form.requestSubmit();
		} else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && plain) {
			const stops = [search, ...$$(".rows-link, .recent-list a")].filter(Boolean);
			const here = stops.indexOf(at);
			const next = stops[here + (event.key === "ArrowDown" ? 1 : -1)];
			if (here >= 0 && next) {
				event.preventDefault();
				next.focus();
			}
		}
	});

	/* A form is sent once; the button comes back when the page does, or when no answer has come. */
	let edited = Boolean(form && form.hasAttribute("data-edited"));
	let pending = false;
	const wake = () => {
		$$("form[data-once] button").forEach((button) => { button.disabled = false; });
		edited = edited || pending;
		pending = false;
	};
	addEventListener("submit", (event) => {
		if (!event.target.matches("[data-once]"))
			return;
		pending = edited;
		edited = false;
		setTimeout(() => $$("button:not([type=button])", event.target).forEach((button) => { button.disabled = true; }));
		setTimeout(wake, 10000);
	});
	addEventListener("pageshow", wake);

	/* Leaving a form with unsaved words in it asks first. */
	if (form) {
		form.addEventListener("input", () => { edited = true; });
		addEventListener("beforeunload", (event) => {
			if (edited)
				event.preventDefault();
		});
	}

	/*
	 * Dates are typed: 19900131, 1990/1/31 and 31.1.1990 become 1990-01-31, and the day is read back in
	 * words with the age, to be said aloud. What could be meant in two ways is left as typed.
	 */
	const pad = (text) => text.padStart(2, "0");
	const tidy = (text) => {
		let m = /^\s*(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})\s*$/.exec(text);
		if (m)
			return `${m[1]}-${pad(m[2])}-${pad(m[3])}`;
		m = /^\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\s*$/.exec(text);
		return m ? `${m[3]}-${pad(m[2])}-${pad(m[1])}` : text;
	};
	const readback = (text) => {
		const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00Z`) : null;
		if (!day || isNaN(day) || day.toISOString().slice(0, 10) !== text)
			return "";
		const now = new Date();
		const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
		const [year, month, date] = text.split("-").map(Number);
		const age = today[0] - year - (today[1] < month || (today[1] === month && today[2] < date));
		const words = day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
		return age < 0 ? `${words}: in the future` : `${words}, ${age === 1 ? "1 year" : `${age} years`}`;
	};
	$$("input[data-date]").forEach((input) => {
		const output = $(`output[for="${input.id}"]`);
		const show = () => { output.textContent = readback(input.value); };
		input.inputMode = "numeric";
		input.addEventListener("input", show);
		input.addEventListener("change", () => {
			input.value = tidy(input.value);
			show();
		});
		show();
	});

	/* Where to begin: at what is wrong, else at the first field of an empty form. */
	const begin = $("[aria-invalid=true]") || $("[autofocus]") || $("#problem") || $("form[data-new] .input");
	if (begin)
		begin.focus();

	$$("[data-print]").forEach((button) => {
		button.hidden = false;
		button.addEventListener("click", () => print());
	});
})();
