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
	// seed is fixed: everybody's shop is the same, so that examples in texts
	// and tests stay true.
	seed = 0x5140B
)

// filler writes the demo shop's rows, one customer and one order at a time.
type filler struct {
	conn   *sqlite.Conn
	random *rand.Rand
	goods  goods
	// joined is when each customer came, by index; nobody orders before that.
	joined []time.Time
	err    error
}

func fillRows(conn *sqlite.Conn) (err error) {
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	f := &filler{conn: conn, random: rand.New(rand.NewPCG(seed, seed)), goods: demoGoods()} //nolint:gosec // not a secret: the rows have to be the same each time
	for id := 1; id <= customerCount; id++ {
		f.customer(id)
	}
	for id, placed := range f.orderTimes() {
		f.order(id+1, placed)
	}
	return f.err
}

func firstDay() time.Time { return time.Date(2024, time.January, 2, 7, 0, 0, 0, time.UTC) }

func lastDay() time.Time { return time.Date(2025, time.December, 30, 22, 0, 0, 0, time.UTC) }

// between is a moment of a day when people shop.
func (f *filler) between(first, last time.Time) time.Time {
	seconds := int64(last.Sub(first) / time.Second)
	return first.Add(time.Duration(f.random.Int64N(seconds+1)) * time.Second)
}

// orderTimes is when each order was placed, oldest first, so that the IDs grow with the dates.
func (f *filler) orderTimes() []time.Time {
	span := lastDay().Sub(firstDay())
	times := make([]time.Time, orderCount)
	for i := range times {
		part := (float64(i) + f.random.Float64()) / orderCount
		times[i] = firstDay().Add(time.Duration(part * float64(span))).Truncate(time.Second)
	}
	return times
}

func (f *filler) customer(id int) {
	name, mailbox := f.person()
	place := pick(f.random, f.goods.places)
	// The first customers were there before the first order.
	joined := firstDay().Add(-time.Duration(id) * time.Hour)
	if id > customerCount/4 {
		joined = f.between(firstDay(), lastDay().AddDate(0, -1, 0))
	}
	f.joined = append(f.joined, joined)
	f.insert("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, name, fmt.Sprintf("%s%d@%s", mailbox, id, pick(f.random, f.goods.domains)), place.city, place.country, f.random.IntN(2), stamp(joined))
}

func (f *filler) person() (name, mailbox string) {
	if f.random.IntN(60) == 0 {
		foreigner := pick(f.random, f.goods.foreigners)
		return foreigner.name, foreigner.mailbox
	}
	given, family := pick(f.random, f.goods.given), pick(f.random, f.goods.family)
	plain := strings.NewReplacer("'", "", "ë", "e").Replace(given + "." + family)
	return given + " " + family, strings.ToLower(plain)
}

func (f *filler) order(id int, placed time.Time) {
	status := f.status(placed)
	shipping := []int{0, 390, 490, 990}[f.random.IntN(4)]
	var shipped, note any
	if status == "shipped" || status == "delivered" || status == "returned" {
		shipped = stamp(placed.Add(time.Duration(6+f.random.IntN(90)) * time.Hour))
	}
	if f.random.IntN(12) == 0 {
		note = pick(f.random, f.goods.notes)
	}
	f.insert("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", id, f.buyer(placed), status, shipping, stamp(placed), shipped, note)
	f.payment(id, f.items(id)+shipping, status, placed)
}

// buyer is a customer who had joined by then.
func (f *filler) buyer(placed time.Time) int {
	for {
		if i := f.random.IntN(len(f.joined)); !f.joined[i].After(placed) {
			return i + 1
		}
	}
}

// status is what has become of an order: old ones have arrived, the newest wait.
func (f *filler) status(placed time.Time) string {
	chance := f.random.IntN(100)
	switch age := lastDay().Sub(placed); {
	case chance < 4:
		return "cancelled"
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

// items writes the lines of an order and returns what they cost together.
func (f *filler) items(order int) (cents int) {
	for _, i := range f.random.Perm(len(f.goods.products))[:1+f.random.IntN(4)] {
		product, quantity := f.goods.products[i], 1+f.random.IntN(5)/2
		f.insert("INSERT INTO items (order_id, sku, product, quantity, price_cents) VALUES (?, ?, ?, ?, ?)",
			order, product.sku, product.name, quantity, product.cents)
		cents += quantity * product.cents
	}
	return cents
}

func (f *filler) payment(order, cents int, status string, placed time.Time) {
	outcome := map[string]string{"cancelled": "failed", "returned": "refunded", "pending": "authorized"}[status]
	if outcome == "" {
		outcome = "captured"
	}
	var paid any
	if outcome == "captured" || outcome == "refunded" {
		paid = stamp(placed.Add(time.Duration(20+f.random.IntN(400)) * time.Second))
	}
	method := pick(f.random, []string{"card", "card", "card", "paypal", "paypal", "transfer", "gift card"})
	f.insert("INSERT INTO payments (order_id, method, amount_cents, status, paid_at) VALUES (?, ?, ?, ?, ?)",
		order, method, cents, outcome, paid)
}

// insert does nothing after the first failure, which fillRows returns.
func (f *filler) insert(query string, values ...any) {
	if f.err == nil {
		f.err = sqlitex.Execute(f.conn, query, &sqlitex.ExecOptions{Args: values})
	}
}

func stamp(t time.Time) string { return t.UTC().Format(time.DateTime) }

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }
