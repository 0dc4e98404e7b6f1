/*
 * caredesk.js - small comforts. Every page works without it; nothing here decides anything.
 */
(() => {
	"use strict";
	const $ = (selector) => document.querySelector(selector);
	const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
	const search = $("#search");
	const form = $("form[data-guard]");
	document.documentElement.classList.add("js");

	/* "/" goes to the search box, Ctrl+S saves, the arrows walk through the rows. */
	const rows = $$(".rows-link, .pages [rel=next]");
	const rowFrom = (at, step) => {
		if (at === document.body || at.id === "main")
			return step > 0 && rows.find((row) => row.getBoundingClientRect().top >= 0);
		const stops = [search, ...rows];
		return stops.includes(at) && stops[stops.indexOf(at) + step];
	};
	addEventListener("keydown", (event) => {
		const at = document.activeElement || document.body;
		const typing = at.matches("input, select, textarea");
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
	const able = (buttons, is) => buttons.forEach((button) => { button.disabled = !is; });
	const wake = () => {
		able($$("form button"), true);
		edited = edited || pending;
		pending = false;
	};
	addEventListener("submit", (event) => {
		if (!event.target.matches("[data-once]"))
			return;
		pending = edited;
		edited = false;
		setTimeout(() => able($$("button:not([type])", event.target), false));
		setTimeout(wake, 10000);
	});
	addEventListener("pageshow", wake);

	/* Leaving unsaved words asks first. */
	if (form) {
		form.addEventListener("input", () => { edited = true; });
		addEventListener("beforeunload", (event) => {
			if (edited)
				event.preventDefault();
		});
	}

	/*
	 * A day that exists, typed as 19900131, 31.1.1990, 31/1/1990 or 31 Jan 1990, becomes 1990-01-31
	 * and is read back in words. Anything else, and 3/4/1990, stays as typed.
	 */
	const iso = (...parts) => {
		const text = parts.map((part) => String(part).padStart(2, "0")).join("-");
		const day = new Date(`${text}T00:00Z`);
		return !isNaN(day) && day.toISOString().startsWith(text) ? text : "";
	};
	const read = (typed) => {
		const text = typed.trim().replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
		let m = /^(\d{4})[-/.](\d\d?)[-/.](\d\d?)$/.exec(text);
		if (m)
			return iso(m[1], m[2], m[3]);
		m = /^(\d\d?)([./])(\d\d?)\2(\d{4})$/.exec(text);
		if (m) {
			const day = iso(m[4], m[3], m[1]);
			const other = m[2] === "/" ? iso(m[4], m[1], m[3]) : "";
			return day && other && day !== other ? "" : day || other;
		}
		m = /^(\d\d?) ([a-z]{3})[a-z]* (\d{4})$/i.exec(text);
		const month = m ? "janfebmaraprmayjunjulaugsepoctnovdec".indexOf(m[2].toLowerCase()) : -1;
		return month % 3 ? "" : iso(m[3], month / 3 + 1, m[1]);
	};
	const words = (text) => {
		const day = new Date(text);
		const now = new Date();
		const months = (now.getFullYear() - day.getUTCFullYear()) * 12 + now.getMonth() - day.getUTCMonth();
		const age = Math.floor((months - (now.getDate() < day.getUTCDate())) / 12);
		const date = day.toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
		return `${date}, ${age < 0 ? "in the future" : age === 1 ? "1 year" : `${age} years`}`;
	};
	$$("input[data-date]").forEach((input) => {
		const output = $(`output[for="${input.id}"]`);
		const show = () => {
			const day = read(input.value);
			output.textContent = day && words(day);
		};
		input.addEventListener("input", show);
		input.addEventListener("change", () => {
			input.value = read(input.value) || input.value;
			show();
		});
		show();
	});

	/* Beside a field that two people changed: swaps what is typed for what is saved. */
	$$("[data-take]").forEach((button) => {
		const input = document.getElementById(button.dataset.for);
		const key = input.type === "checkbox" ? "checked" : "value";
		let other = key === "checked" ? button.dataset.take === "true" : button.dataset.take;
		button.hidden = false;
		button.addEventListener("click", () => {
			[input[key], other] = [other, input[key]];
			const label = button.firstChild.firstChild;
			label.data = label.data === "Use this" ? "Put mine back" : "Use this";
			input.dispatchEvent(new Event("input", { bubbles: true }));
		});
	});

	/* A notice is said once, and read aloud, as only changes are. */
	const notice = $(".notice");
	const here = new URL(location);
	if (here.searchParams.has("notice")) {
		here.searchParams.delete("notice");
		history.replaceState(null, "", here);
	}
	if (notice)
		setTimeout(() => notice.append("\u00a0"), 200);

	/* Where to begin; only with a mouse, where no keyboard covers the page, at the first field. */
	const named = document.getElementById(location.hash.slice(1));
	const first = !matchMedia("(pointer: coarse)").matches &&
		($("form[data-guard] .input") || ($(".empty") && search));
	const begin = $("[aria-invalid=true]") || $("[autofocus]") || $("#problem") ||
		(named && named.matches("form *") ? named : first);
	if (begin)
		begin.focus();

	$$("[data-print]").forEach((button) => {
		button.hidden = false;
		button.addEventListener("click", () => print());
	});
	addEventListener("beforeprint", () => {
		const now = new Date().toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
		$$("[data-now]").forEach((place) => { place.textContent = `, ${now}`; });
	});
})();
