' Runs inside LibreOffice, in a profile of its own (see pdf.py): FOLDER holds 0.docx, 1.xlsx, ...; each becomes 0.pdf, 1.pdf, ...
' A PDF has its name once it is whole. What fails leaves 0.txt with LibreOffice's reason. Contents lists and formulas are brought up to date
' first.
Option Explicit

Const FOLDER = "@FOLDER@"
Const LAST = @LAST@
Const PAGE = "com.sun.star.text.TextField.Page"

Sub Main
    Dim number As Integer
    EnableReschedule(False) ' else menus, spelling and the count of words, which nobody sees, are seen to between two lines of this
    For number = 0 To LAST
        Convert(FOLDER & "/" & number)
    Next
    StarDesktop.terminate()
End Sub

Sub Convert(stem As String)
    Dim document As Object, reason As String
    On Error GoTo Failed
    If FileExists(stem & ".docx") Then
        document = Opened(stem & ".docx", "MS Word 2007 XML")
        UpdateIndexes(document)
        KeepAllRows(document)
        UpdateIndexes(document)
        Export(document, stem, "writer_pdf_Export")
    Else
        document = Opened(stem & ".xlsx", "Calc MS Excel 2007 XML")
        document.calculateAll()
        HideTheRest(document)
        Export(document, stem, "calc_pdf_Export")
    End If
    document.close(True)
    Exit Sub
Failed:
    reason = Error$
    Open stem & ".txt" For Output As #1
    Print #1, reason
    Close #1
End Sub

Function Opened(url As String, filter As String) As Object
    Dim how(3) As New com.sun.star.beans.PropertyValue
    how(0).Name = "Hidden" : how(0).Value = True
    how(1).Name = "FilterName" : how(1).Value = filter
    how(2).Name = "MacroExecutionMode" : how(2).Value = com.sun.star.document.MacroExecMode.NEVER_EXECUTE
    how(3).Name = "UpdateDocMode" : how(3).Value = com.sun.star.document.UpdateDocMode.NO_UPDATE
    Opened = StarDesktop.loadComponentFromURL(url, "_blank", 0, how())
End Function

Sub UpdateIndexes(document As Object)
    Dim index As Integer
    For index = 0 To document.DocumentIndexes.Count - 1
        document.DocumentIndexes.getByIndex(index).update()
    Next
    If HasOtherFields(document) Then document.TextFields.refresh()
End Sub

' Whether there are fields besides pages and their number, which the export itself brings up to date: words are counted for the others.
Function HasOtherFields(document As Object) As Boolean
    Dim fields As Object, field As Object
    fields = document.TextFields.createEnumeration()
    Do While fields.hasMoreElements() And Not HasOtherFields
        field = fields.nextElement()
        HasOtherFields = Not (field.supportsService(PAGE & "Number") Or field.supportsService(PAGE & "Count"))
    Loop
End Function

' Where the last row of a page that fits has no room for its lower border, and rows may not split, LibreOffice drops the rest of the table.
' Pages that are 0.6 mm shorter have no such row there, and a table that dropped rows ends on another page then. So: shorten until
' nothing moves. (Longer again does not do: what was dropped stays dropped.)
Sub KeepAllRows(document As Object)
    Dim turn As Integer, before As String, after As String
    after = LastPages(document)
    For turn = 1 To 5
        before = after
        ShortenPages(document)
        after = LastPages(document)
        If after = before Then Exit Sub
    Next
End Sub

' The pages on which the tables end.
Function LastPages(document As Object) As String
    Dim index As Integer, table As Object, names, cursor As Object
    cursor = document.CurrentController.getViewCursor()
    For index = 0 To document.TextTables.Count - 1
        table = document.TextTables.getByIndex(index)
        names = table.getCellNames()
        cursor.gotoRange(table.getCellByName(names(UBound(names))).getStart(), False)
        LastPages = LastPages & " " & cursor.getPage()
    Next
End Function

Sub ShortenPages(document As Object)
    Dim styles As Object, style As Object, index As Integer
    styles = document.StyleFamilies.getByName("PageStyles")
    For index = 0 To styles.Count - 1
        style = styles.getByIndex(index)
        style.BottomMargin = style.BottomMargin + 60
    Next
End Sub

' LibreOffice looks for page breaks through all the million rows and 16,384 columns of a sheet, again for every page and every scale that it
' tries when a sheet is to fit a page: two thirds of a workbook's time. It passes over hidden ones; those far beyond the last cell show nothing.
Sub HideTheRest(document As Object)
    Dim index As Integer, sheet As Object, cursor As Object, column As Long, row As Long, here As Object
    For index = 0 To document.Sheets.Count - 1
        sheet = document.Sheets.getByIndex(index)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        column = cursor.RangeAddress.EndColumn + 100
        row = cursor.RangeAddress.EndRow + 200
        If UBound(sheet.getPrintAreas()) < 0 And column < sheet.Columns.Count And row < sheet.Rows.Count Then
            here = sheet.getCellByPosition(column, row)
            If Not HasShapeBeyond(sheet, here.Position) Then
                sheet.getCellRangeByPosition(0, row, 0, sheet.Rows.Count - 1).Rows.IsVisible = False
                sheet.getCellRangeByPosition(column, 0, sheet.Columns.Count - 1, 0).Columns.IsVisible = False
            End If
        End If
    Next
End Sub

Function HasShapeBeyond(sheet As Object, place As Object) As Boolean
    Dim index As Integer, shape As Object
    For index = 0 To sheet.DrawPage.Count - 1
        shape = sheet.DrawPage.getByIndex(index)
        HasShapeBeyond = HasShapeBeyond Or shape.Position.X + shape.Size.Width > place.X Or shape.Position.Y + shape.Size.Height > place.Y
    Next
End Function

' Fit for archives (PDF/A-2b) and for screen readers (PDF/UA); pdf_finish.py does what LibreOffice leaves. Workbooks without tags: LibreOffice
' puts them on headers and footers only, and what trusts them would pass over the cells.
Sub Export(document As Object, stem As String, filter As String)
    Dim how(1) As New com.sun.star.beans.PropertyValue, form(2) As New com.sun.star.beans.PropertyValue
    form(0).Name = "SelectPdfVersion" : form(0).Value = 2
    form(1).Name = "UseTaggedPDF" : form(1).Value = (filter = "writer_pdf_Export")
    form(2).Name = "PDFUACompliance" : form(2).Value = (filter = "writer_pdf_Export")
    how(0).Name = "FilterName" : how(0).Value = filter
    how(1).Name = "FilterData" : how(1).Value = form()
    document.storeToURL(stem & ".part", how())
    Name stem & ".part" As stem & ".pdf"
End Sub
