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

	/*
	 * "/" goes to the search box, Ctrl+S saves, the arrows walk through the results: from the page
	 * itself, where one is after searching, to the first row in sight.
	 */
	const rows = $$(".rows-link, .recent-list a, .pages [rel=next]");
	const rowFrom = (at, step) => {
		if (at === document.body || at.id === "main")
			return step > 0 && rows.find((row) => row.getBoundingClientRect().top >= 0);
		const stops = [search, ...rows];
		return stops.includes(at) && stops[stops.indexOf(at) + step];
	};
	addEventListener("keydown", (event) => {
		const at = document.activeElement || document.body;
		const typing = at.matches("input, select, textarea, [contenteditable]");
		const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
		if (event.key === "/" && plain && !typing && search) {
			event.preventDefault();
			search.focus();
			search.select();
		} else if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && form) {
			event.preventDefault();
			form.requestSubmit();
		} else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && plain && !event.shiftKey) {
			const next = rowFrom(at, event.key === "ArrowDown" ? 1 : -1);
			if (next) {
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
	 * Dates are typed as the server reads them, too: 19900131, 31.1.1990, 31/1/1990, 31 Jan 1990. One
	 * that exists becomes 1990-01-31 and is read back in words with the age, to be said aloud; anything
	 * else, and what could be two days, is left as typed.
	 */
	const iso = (...parts) => {
		const text = parts.map((part) => String(part).padStart(2, "0")).join("-");
		const day = new Date(`${text}T00:00Z`);
		return !isNaN(day) && day.toISOString().startsWith(text) ? text : "";
	};
	const read = (text) => {
		const match = (pattern) => pattern.exec(text.trim()) || [];
		let [all, a, b, c] = match(/^(\d{4})(\d\d)(\d\d)$/);
		if (!all)
			[all, a, b, c] = match(/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/);
		if (all)
			return iso(a, b, c);
		[all, a, b, c] = match(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/);
		if (all)
			return iso(c, b, a);
		[all, a, b, c] = match(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/);
		if (all)
			return a === b || !iso(c, a, b) ? iso(c, b, a) : iso(c, b, a) ? "" : iso(c, a, b);
		[all, a, b, c] = match(/^(\d{1,2}) ([a-z]{3})[a-z]* (\d{4})$/i);
		const month = all ? "janfebmaraprmayjunjulaugsepoctnovdec".indexOf(b.toLowerCase()) : -1;
		return month % 3 === 0 ? iso(c, month / 3 + 1, a) : "";
	};
	const words = (text) => {
		if (!text)
			return "";
		const now = new Date();
		const [year, month, date] = text.split("-").map(Number);
		const months = (now.getFullYear() - year) * 12 + now.getMonth() + 1 - month - (now.getDate() < date);
		const age = Math.floor(months / 12);
		const day = new Date(text).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
		return age < 0 ? `${day}: in the future` : `${day}, ${age} year${age === 1 ? "" : "s"}`;
	};
	$$("input[data-date]").forEach((input) => {
		const output = $(`output[for="${input.id}"]`);
		const show = () => { output.textContent = words(read(input.value)); };
		input.addEventListener("input", show);
		input.addEventListener("change", () => {
			input.value = read(input.value) || input.value;
			show();
		});
		show();
	});

	/* Beside a field that two people changed: swaps what is typed for what is saved, and back. */
	$$("[data-take]").forEach((button) => {
		const input = document.getElementById(button.dataset.for);
		const key = input.type === "checkbox" ? "checked" : "value";
		let other = key === "checked" ? button.dataset.take === "true" : button.dataset.take;
		let isTaken = false;
		button.hidden = false;
		button.addEventListener("click", () => {
			[input[key], other] = [other, input[key]];
			isTaken = !isTaken;
			button.firstChild.textContent = isTaken ? "Put mine back" : "Use this";
			input.dispatchEvent(new Event("input", { bubbles: true }));
		});
	});

	/* What the last page led to is said once: reloading does not repeat it. Only a change is read out. */
	const here = new URL(location);
	const notice = $(".notice");
	if (here.searchParams.has("notice")) {
		here.searchParams.delete("notice");
		history.replaceState(history.state, "", here);
	}
	if (notice)
		setTimeout(() => notice.append("\u00a0"), 200);

	/*
	 * Where to begin: at what is wrong, at the field that the address names, else (with a mouse, for on
	 * a phone the keyboard would cover the page) at a form's first field, or the search that found nobody.
	 */
	const named = location.hash && document.getElementById(location.hash.slice(1));
	const first = matchMedia("(pointer: fine)").matches &&
		($("form[data-guard] .input") || ($(".empty") && search));
	const begin = $("[aria-invalid=true]") || $("[autofocus]") || $("#problem") ||
		(named && named.matches("form *") ? named : first);
	if (begin)
		begin.focus();
	if (begin === search && search)
		search.select();

	$$("[data-print]").forEach((button) => {
		button.hidden = false;
		button.addEventListener("click", () => print());
	});
	addEventListener("beforeprint", () => {
		const time = new Date().toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
		$$("[data-now]").forEach((place) => { place.textContent = `, ${time}`; });
	});
})();
