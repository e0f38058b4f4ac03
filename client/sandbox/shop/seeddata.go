package shop

// product is an article of the demo shop. Every SKU has one price.
type product struct {
	sku, name string
	cents     int
}

// seedData contains the values of the demo rows. All people and addresses are
// fictional, and the mail domains are reserved for examples.
type seedData struct {
	products    []product
	givenNames  []string
	familyNames []string
	// fullNames are names that are not combined from the two lists above.
	fullNames []person
	places    []place
	domains   []string
	notes     []string
}

type place struct{ city, country string }

// person is a full name with the local part of the person's email address,
// which is in Latin letters.
type person struct{ name, mailbox string }

func demoSeedData() seedData {
	return seedData{
		products: []product{
			{"MUG-STONE-01", "Stoneware mug, grey", 1450}, {"MUG-STONE-02", "Stoneware mug, ochre", 1450},
			{"MUG-TRVL-01", "Travel mug, 350 ml", 2490}, {"KTL-GOOSE-01", "Gooseneck kettle, 1 l", 6900},
			{"GRD-HAND-01", "Hand coffee grinder", 5400}, {"GRD-ELEC-02", "Burr coffee grinder, electric", 18900},
			{"BEAN-ETH-250", "Ethiopia Guji, 250 g", 1190}, {"BEAN-COL-250", "Colombia Huila, 250 g", 1090},
			{"BEAN-BRA-1K", "Brazil Santos, 1 kg", 2950}, {"BEAN-DEC-250", "Decaf Mexico, 250 g", 1150},
			{"TEA-SENCHA-100", "Sencha, 100 g", 1380}, {"TEA-ASSAM-100", "Assam, 100 g", 890},
			{"FLT-PAPER-100", "Paper filters, 100 pieces", 490}, {"FLT-METAL-01", "Metal filter", 2150},
			{"DRP-CER-01", "Ceramic dripper, size 2", 2290}, {"PRS-GLASS-08", "French press, 0.8 l", 3490},
			{"SCL-POCKET-01", "Pocket scale, 0.1 g", 2990}, {"ESP-MANUAL-01", "Manual espresso maker", 22900},
			{"TMP-58-01", "Tamper, 58 mm", 3900}, {"JUG-MILK-05", "Milk jug, 0.5 l", 1890},
			{"BOOK-BREW-01", "The Brewing Handbook", 2795}, {"GIFT-CARD-25", "Gift card", 2500},
		},
		givenNames: []string{
			"Ada", "Amir", "Anna", "Bruno", "Carla", "Chen", "Dana", "David", "Elena", "Emil", "Fatima", "Felix",
			"Grace", "Hannah", "Hugo", "Ines", "Ivan", "Jonas", "Julia", "Kofi", "Lars", "Leila", "Lucia", "Marek",
			"Maya", "Mei", "Nadia", "Noah", "Olga", "Omar", "Paula", "Priya", "Rafael", "Rosa", "Samir", "Sofia",
			"Tariq", "Tomas", "Uma", "Yael", "Zara", "Zoë",
		},
		familyNames: []string{
			"Abbas", "Almeida", "Andersen", "Bauer", "Bianchi", "Brown", "Cohen", "Costa", "Dubois", "Eriksen", "Farah",
			"Fischer", "Garcia", "Haddad", "Hansen", "Ivanov", "Jensen", "Kaya", "Khan", "Kowalski", "Larsen", "Levi",
			"Lopez", "Martin", "Mensah", "Meyer", "Moreau", "Nguyen", "Novak", "O'Brien", "Okafor", "Patel", "Popescu",
			"Rossi", "Santos", "Schmidt", "Silva", "Singh", "Svensson", "Tanaka", "Torres", "Weber", "Wong", "Yilmaz",
		},
		places: []place{
			{"Amsterdam", "NL"}, {"Berlin", "DE"}, {"Boston", "US"}, {"Chicago", "US"}, {"Copenhagen", "DK"},
			{"Dublin", "IE"}, {"Hamburg", "DE"}, {"Lisbon", "PT"}, {"London", "GB"}, {"Lyon", "FR"}, {"Madrid", "ES"},
			{"Manchester", "GB"}, {"Milan", "IT"}, {"Munich", "DE"}, {"New York", "US"}, {"Oslo", "NO"},
			{"Paris", "FR"}, {"Porto", "PT"}, {"Prague", "CZ"}, {"Seattle", "US"}, {"Stockholm", "SE"},
			{"Tel Aviv", "IL"}, {"Toronto", "CA"}, {"Vienna", "AT"}, {"Warsaw", "PL"}, {"Zürich", "CH"},
		},
		domains: []string{"example.com", "example.org", "example.net", "mail.example.com", "post.example.org"},
		notes: []string{
			"Please leave it with the neighbor", "Gift: no invoice in the box", "Ring twice",
			"Deliver after 17:00", "Called about the address", "Second try, first parcel was lost",
		},
		fullNames: []person{
			{"山田 太郎", "t.yamada"}, {"佐藤 美咲", "m.sato"}, {"김민준", "minjun.kim"}, {"王小明", "xm.wang"},
			{"Łukasz Wójcik", "lukasz.wojcik"}, {"Đặng Thị Hồng", "hong.dang"}, {"Ελένη Παππά", "eleni.pappa"},
		},
	}
}
