# coverage.awk - adds up what `gcov -n` says of the files below src/: by room, and of all.
/^File '/ {
	file = substr($0, 7, length($0) - 7)
	is_ours = match(file, /(^|\/)src\/[a-z]+\/[a-z_]+\.c$/)
	if (is_ours) {
		sub(/.*src\//, "", file)
		room = substr(file, 1, index(file, "/") - 1)
	}
}
/^Lines executed:/ && is_ours {
	split($0, parts, /[:%]| of /)
	lines = $NF + 0
	hit = parts[2] * lines / 100
	if (!(file in seen)) {
		seen[file] = 1
		all += lines
		all_hit += hit
		rooms[room] += lines
		rooms_hit[room] += hit
		if (parts[2] < 75)
			low[file] = parts[2]
	}
	is_ours = 0
}
END {
	if (all == 0) {
		print "coverage: gcov counted nothing"
		exit 1
	}
	for (file in low)
		printf "  %-28s %5.1f %%\n", file, low[file] | "sort"
	close("sort")
	for (room in rooms)
		printf "coverage of src/%s: %.1f %% of %d lines\n", room, 100 * rooms_hit[room] / rooms[room], rooms[room] | "sort"
	close("sort")
	printf "coverage of src/: %.1f %% of lines\n", 100 * all_hit / all
}
