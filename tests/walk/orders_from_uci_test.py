#!/usr/bin/env python3
"""tools/orders-from-uci turns the public data set's columns into those of `holdfast replay`."""
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parents[2] / "tools/orders-from-uci"
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


def turned(text, encoding="utf-8"):
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "online-retail.csv"
        path.write_bytes(text.encode(encoding))
        return subprocess.run([PROGRAM, path], capture_output=True, text=True)


class OrdersFromUci(unittest.TestCase):
    def test_columns_are_renamed_and_lines_ordered_by_time(self):
        ran = turned(HEADER + 'C536379,D,Discount,-1,12/1/2010 9:41,27.5,14527.0,United Kingdom\n'
                     '536365,85123A,"WHITE HANGING, HEART",6,12/1/2010 8:26,2.55,17850.0,United Kingdom\n')
        self.assertEqual(ran.stdout, "time,order,sku,quantity,customer,country,description\n"
                         '2010-12-01T08:26:00Z,536365,85123A,6,17850,United Kingdom,"WHITE HANGING, HEART"\n'
                         "2010-12-01T09:41:00Z,C536379,D,-1,14527,United Kingdom,Discount\n")
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))

    def test_lines_without_a_quantity_or_a_time_are_left_out_and_counted(self):
        ran = turned(HEADER + "1,22423,x,0,12/1/2010 8:26,1,,France\n2,22423,x,5,some day,1,,France\n"
                     "3,22423,x,5,12/1/2010 8:26,1,,France\n")
        self.assertEqual(len(ran.stdout.splitlines()), 2)
        self.assertEqual(ran.stderr, "tools/orders-from-uci: 2 lines left out\n")

    def test_the_published_encoding_is_read(self):
        self.assertIn("CAFÉ", turned(HEADER + "1,22423,CAFÉ,1,12/1/2010 8:26,1,,EIRE\n", "latin-1").stdout)

    def test_another_file_is_refused_in_one_line(self):
        ran = turned("sku,quantity\n1,2\n")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("no column InvoiceNo", ran.stderr)
        self.assertEqual(len(ran.stderr.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
