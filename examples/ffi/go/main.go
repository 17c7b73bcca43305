package main

import (
	"errors"
	"fmt"
	"log"
	"slices"
)

// main fills, reads and visits a series that Rust keeps, and sees which calls Rust refuses.
func main() {
	show()
	assert(LiveCount() == 0)
	fmt.Println("not freed:", LiveCount())
}

func show() {
	series, err := NewSeries("cellar", Celsius)
	check(err)
	defer series.Close()
	assert(series.Name() == "cellar")
	fmt.Println("name:", series.Name())

	check(series.Extend([]Sample{{0, 11.5}, {1000, 12}, {2000, 11}, {3000, 13.5}}))
	values, err := series.Values()
	check(err)
	assert(slices.Equal(values, []float64{11.5, 12, 11, 13.5}))
	fmt.Print("values:")
	for _, value := range values {
		fmt.Printf(" %.1f", value)
	}

	fmt.Print("\nvisited:")
	tooCold := series.Each(func(sample Sample) error {
		if sample.value < 11.5 {
			return fmt.Errorf("%.1f is too cold", sample.value)
		}
		fmt.Printf(" %.1f", sample.value)
		return nil
	})
	assert(tooCold != nil)
	fmt.Println(", stopped by:", tooCold)

	sentence, err := series.Describe()
	check(err)
	fmt.Println("described:", sentence)

	var refused, panicked *Error
	_, err = NewSeries("cellar", 99)
	assert(errors.As(err, &refused) && refused.Status == UnknownUnit)
	fmt.Printf("refused: %d, %v\n", refused.Status, refused)

	_, err = NewSeries("cel\x00lar", Celsius)
	assert(err != nil)
	fmt.Printf("with a NUL: refused, %v\n", err)

	err = series.Clamp(30, 0)
	assert(errors.As(err, &panicked) && panicked.Status == Panic)
	fmt.Printf("panicked: %d, %v\n", panicked.Status, panicked)

	values, err = series.Values()
	check(err)
	assert(len(values) == 4)
	fmt.Println("still there:", len(values), "values")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func assert(holds bool) {
	if !holds {
		log.Panic("an assertion does not hold")
	}
}
