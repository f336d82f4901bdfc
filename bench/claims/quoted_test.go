package claims

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// theSource is how a page names a source without its author.
var theSource = regexp.MustCompile(`\b[Tt]he (source|sample)\b`)

// figure is a number with a unit, as a page quotes it of a source.
var figure = regexp.MustCompile(`(\d[\d,]*(?:\.\d+)?)(?: (?:to|against) (\d[\d,]*(?:\.\d+)?))? ?(?:%|ms\b|ns\b|µs\b|x\b|cycles\b)`)

// A page that says of a source what it measured quotes a number that is in what was read
// there, or in a reference number.
func TestPagesQuoteWhatSourcesHave(t *testing.T) {
	judged := 0
	for _, path := range []string{"../README.md", "../../course/README.md"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for section := range strings.SplitSeq(string(data), "\n### ") {
			lesson, text, _ := strings.Cut(section, "\n")
			for _, sentence := range sentences(text) {
				known := knownOf(sentence, lesson)
				if known == "" {
					continue
				}
				for _, numbers := range figure.FindAllStringSubmatch(sentence, -1) {
					judged++
					numbersIn(t, path+", "+lesson, strings.Join(numbers[1:], " "), known, "")
				}
			}
		}
	}
	if judged < 8 {
		t.Errorf("the pages quote %d numbers of sources, which are too few to be all", judged)
	}
}

// sentences are those of a page's text, without its code and the rows of its tables of
// verdicts.
func sentences(text string) (list []string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(paragraph, "    ") || strings.HasPrefix(paragraph, "| |") || strings.HasPrefix(paragraph, "- <a ") {
			continue
		}
		list = append(list, strings.Split(strings.ReplaceAll(paragraph, "\n", " "), ". ")...)
	}
	return list
}

// knownOf is what is known of the works that a sentence names: by their author's name, or
// as "the source" of a lesson's claims. It is empty where it names none.
func knownOf(sentence, lesson string) string {
	var known strings.Builder
	unnamed := theSource.MatchString(sentence)
	for _, c := range table {
		ofLesson := unnamed && c.Lesson == lesson
		for _, w := range worksOf(c) {
			author, _, _ := strings.Cut(w.Title, ",")
			if !ofLesson && !strings.Contains(sentence, author) {
				continue
			}
			known.WriteString(author + ": " + checked[w] + " ")
			if r := c.Reference; r != nil && r.By == w {
				known.WriteString(r.Value + " ")
			}
		}
	}
	return known.String()
}

// unread are the works that a measurement may name although nobody here read them.
var unread = regexp.MustCompile(`\b(the talk|Meyers|Sutter)\b`)

// A measurement that says what a work holds of its subject says from which notes that is
// known, as a teacher does, if the work was not read.
func TestMeasurementsSayWhatIsKnownFromNotes(t *testing.T) {
	named := 0
	for _, c := range table {
		if work := unread.FindString(c.from); work != "" {
			named++
			if !strings.Contains(c.from, "(known from ") {
				t.Errorf("%s names %s and not the notes: %q", c.ID, work, c.from)
			}
		}
	}
	if named == 0 {
		t.Error("no measurement names a work that was not read")
	}
}
