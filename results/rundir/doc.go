// Package rundir keeps a run on disk. A run is a folder:
//
//	run.txt         every result line, passes appended in order: the source of everything else
//	machine.json    the machine card and the volatile facts
//	verdicts.json   one entry for each claim
//	tables.txt      benchstat's own tables
//	report.html     the page
//	figures/        its figures
//	plan.json       what the run is to judge, and by which rules
//	passes.json     what became of each pass
//
// Files are written beside their place and renamed, so that each is there whole
// or not at all, and nothing is overwritten. Errors say what cannot be written
// and why ([PathError]); which flag of a command would help is for the command.
package rundir

// The names of what a run's folder holds.
const (
	RunName      = "run.txt"
	MachineName  = "machine.json"
	VerdictsName = "verdicts.json"
	TablesName   = "tables.txt"
	PageName     = "report.html"
	FiguresName  = "figures"
	PlanName     = "plan.json"
	JournalName  = "passes.json"
)

// Names are all of them.
var Names = []string{RunName, MachineName, VerdictsName, TablesName, PageName, FiguresName, PlanName, JournalName}
