package shop

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	customerCount = 800
	orderCount    = 3000
	// randomSeed is fixed, so that examples in documentation and tests match
	// every demo database.
	randomSeed = 0x5140B
)

// seeder inserts the demo rows, one customer and one order at a time.
type seeder struct {
	conn   *sqlite.Conn
	random *rand.Rand
	data   seedData
	// joined is when each customer joined, by index. Their orders are later.
	joined []time.Time
	// err is the first error of an insert.
	err error
}

// insertRows inserts all demo rows in one transaction.
func insertRows(conn *sqlite.Conn) (err error) {
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	s := &seeder{conn: conn, random: rand.New(rand.NewPCG(randomSeed, randomSeed)), data: demoSeedData()} //nolint:gosec // not a secret: the rows must be the same every time
	for id := 1; id <= customerCount; id++ {
		s.customer(id)
	}
	for id, placed := range s.orderTimes() {
		s.order(id+1, placed)
	}
	return s.err
}

func firstDay() time.Time { return time.Date(2024, time.January, 2, 7, 0, 0, 0, time.UTC) }

func lastDay() time.Time { return time.Date(2025, time.December, 30, 22, 0, 0, 0, time.UTC) }

// randomTime returns a time between first and last.
func (s *seeder) randomTime(first, last time.Time) time.Time {
	seconds := int64(last.Sub(first) / time.Second)
	return first.Add(time.Duration(s.random.Int64N(seconds+1)) * time.Second)
}

// orderTimes returns the time of each order, oldest first, so that order IDs
// increase with the dates.
func (s *seeder) orderTimes() []time.Time {
	span := lastDay().Sub(firstDay())
	times := make([]time.Time, orderCount)
	for i := range times {
		part := (float64(i) + s.random.Float64()) / orderCount
		times[i] = firstDay().Add(time.Duration(part * float64(span))).Truncate(time.Second)
	}
	return times
}

func (s *seeder) customer(id int) {
	name, mailbox := s.person()
	place := pick(s.random, s.data.places)
	// The first customers joined before the first order.
	joined := firstDay().Add(-time.Duration(id) * time.Hour)
	if id > customerCount/4 {
		joined = s.randomTime(firstDay(), lastDay().AddDate(0, -1, 0))
	}
	s.joined = append(s.joined, joined)
	s.insert("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, name, fmt.Sprintf("%s%d@%s", mailbox, id, pick(s.random, s.data.domains)), place.city, place.country, s.random.IntN(2), formatTime(joined))
}

func (s *seeder) person() (name, mailbox string) {
	if s.random.IntN(60) == 0 {
		chosen := pick(s.random, s.data.fullNames)
		return chosen.name, chosen.mailbox
	}
	given, family := pick(s.random, s.data.givenNames), pick(s.random, s.data.familyNames)
	plain := strings.NewReplacer("'", "", "ë", "e").Replace(given + "." + family)
	return given + " " + family, strings.ToLower(plain)
}

func (s *seeder) order(id int, placed time.Time) {
	status := s.status(placed)
	shipping := []int{0, 390, 490, 990}[s.random.IntN(4)]
	var shipped, note any
	if status == "shipped" || status == "delivered" || status == "returned" {
		shipped = formatTime(placed.Add(time.Duration(6+s.random.IntN(90)) * time.Hour))
	}
	if s.random.IntN(12) == 0 {
		note = pick(s.random, s.data.notes)
	}
	s.insert("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", id, s.buyer(placed), status, shipping, formatTime(placed), shipped, note)
	s.payment(id, s.items(id)+shipping, status, placed)
}

// buyer returns the ID of a customer who had joined by then.
func (s *seeder) buyer(placed time.Time) int {
	for {
		if i := s.random.IntN(len(s.joined)); !s.joined[i].After(placed) {
			return i + 1
		}
	}
}

// status returns the status of an order: old orders are delivered, the newest
// are pending or paid.
func (s *seeder) status(placed time.Time) string {
	chance := s.random.IntN(100)
	switch age := lastDay().Sub(placed); {
	case chance < 4:
		return "canceled"
	case chance < 8 && age > 30*24*time.Hour:
		return "returned"
	case age > 10*24*time.Hour:
		return "delivered"
	case age > 4*24*time.Hour:
		return "shipped"
	case chance < 60:
		return "paid"
	default:
		return "pending"
	}
}

// items inserts the items of an order and returns their total price in cents.
func (s *seeder) items(order int) (cents int) {
	for _, i := range s.random.Perm(len(s.data.products))[:1+s.random.IntN(4)] {
		product, quantity := s.data.products[i], 1+s.random.IntN(5)/2
		s.insert("INSERT INTO items (order_id, sku, product, quantity, price_cents) VALUES (?, ?, ?, ?, ?)",
			order, product.sku, product.name, quantity, product.cents)
		cents += quantity * product.cents
	}
	return cents
}

func (s *seeder) payment(order, cents int, status string, placed time.Time) {
	outcome := map[string]string{"canceled": "failed", "returned": "refunded", "pending": "authorized"}[status]
	if outcome == "" {
		outcome = "captured"
	}
	var paid any
	if outcome == "captured" || outcome == "refunded" {
		paid = formatTime(placed.Add(time.Duration(20+s.random.IntN(400)) * time.Second))
	}
	method := pick(s.random, []string{"card", "card", "card", "paypal", "paypal", "transfer", "gift card"})
	s.insert("INSERT INTO payments (order_id, method, amount_cents, status, paid_at) VALUES (?, ?, ?, ?, ?)",
		order, method, cents, outcome, paid)
}

// insert does nothing after the first error, which insertRows returns.
func (s *seeder) insert(query string, values ...any) {
	if s.err == nil {
		s.err = sqlitex.Execute(s.conn, query, &sqlitex.ExecOptions{Args: values})
	}
}

func formatTime(t time.Time) string { return t.UTC().Format(time.DateTime) }

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }
