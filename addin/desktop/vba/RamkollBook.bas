Attribute VB_Name = "RamkollBook"
Option Explicit
Option Private Module

' What a workbook is, as far as the buttons need to know. The engine alone decides what it can use:
' this only greys buttons. The words that are looked for stand in RamkollConstants, which is made
' from the forms and the report when the add-in is built.

' What has been found out, by workbook: Excel asks for every button each time it draws the tab.
Private mKinds As Collection

' KIND_FORM, KIND_REPORT or KIND_NONE.
Public Function KindOf(ByVal book As Object) As Long
    Dim key As String
    Dim kind As Long
    If book Is Nothing Then
        KindOf = KIND_NONE
        Exit Function
    End If
    If mKinds Is Nothing Then Set mKinds = New Collection
    key = book.FullName & "|" & CStr(book.Worksheets.Count)
    If Not IsKept(key, kind) Then
        If HasAllSheets(book) Then
            kind = KIND_REPORT
        ElseIf HasFormName(book) Then
            kind = KIND_FORM
        Else
            kind = KIND_NONE
        End If
        mKinds.Add kind, key
    End If
    KindOf = kind
End Function

Private Function IsKept(ByVal key As String, ByRef kind As Long) As Boolean
    On Error GoTo Missing
    kind = mKinds.Item(key)
    IsKept = True
    Exit Function
Missing:
    IsKept = False
End Function

Private Function HasAllSheets(ByVal book As Object) As Boolean
    Dim names() As String
    Dim index As Long
    names = Split(REPORT_SHEETS, "/")
    For index = LBound(names) To UBound(names)
        If Not HasSheet(book, names(index)) Then Exit Function
    Next index
    HasAllSheets = True
End Function

Private Function HasSheet(ByVal book As Object, ByVal wanted As String) As Boolean
    Dim sheet As Object
    For Each sheet In book.Worksheets
        If LCase$(sheet.Name) = LCase$(wanted) Then
            HasSheet = True
            Exit Function
        End If
    Next sheet
End Function

Private Function HasFormName(ByVal book As Object) As Boolean
    Dim sheet As Object
    For Each sheet In book.Worksheets
        If IsFormSheet(sheet) Then
            HasFormName = True
            Exit Function
        End If
    Next sheet
End Function

' Whether a label that names the form stands near the top, with a form's name to the right of it.
Private Function IsFormSheet(ByVal sheet As Object) As Boolean
    Dim found As Variant
    Dim lastCell As Object
    Dim rowNumber As Long
    Dim columnNumber As Long
    Set lastCell = sheet.Cells(TOP_ROWS, TOP_COLUMNS + VALUE_COLUMNS)
    ' What was typed, since Value stops at a date outside the calendar.
    found = sheet.Range(sheet.Cells(1, 1), lastCell).Formula
    For rowNumber = 1 To TOP_ROWS
        For columnNumber = 1 To TOP_COLUMNS
            If IsFormLabel(CStr(found(rowNumber, columnNumber))) Then
                If HasNameBeside(found, rowNumber, columnNumber) Then
                    IsFormSheet = True
                    Exit Function
                End If
            End If
        Next columnNumber
    Next rowNumber
End Function

Private Function HasNameBeside(ByRef found As Variant, ByVal rowNumber As Long, _
        ByVal columnNumber As Long) As Boolean
    Dim offset As Long
    For offset = 1 To VALUE_COLUMNS
        If IsFormName(CStr(found(rowNumber, columnNumber + offset))) Then
            HasNameBeside = True
            Exit Function
        End If
    Next offset
End Function

' Spaces, capitals and a colon at the end make no difference.
Public Function IsFormLabel(ByVal words As String) As Boolean
    Dim label As String
    If Len(words) = 0 Then Exit Function
    label = LCase$(WithSingleSpaces(words))
    Do While Right$(label, 1) = ":"
        label = Left$(label, Len(label) - 1)
    Loop
    If Len(label) = 0 Or InStr(label, "|") > 0 Then Exit Function
    IsFormLabel = InStr("|" & FORM_LABELS & "|", "|" & label & "|") > 0
End Function

' A word, a hyphen and digits: avdelning-1.
Public Function IsFormName(ByVal words As String) As Boolean
    Dim parts() As String
    Dim position As Long
    parts = Split(Trim$(words), "-")
    If UBound(parts) <> 1 Then Exit Function
    If Len(parts(0)) = 0 Or Len(parts(1)) = 0 Then Exit Function
    For position = 1 To Len(parts(0))
        If Not IsWordCharacter(Mid$(parts(0), position, 1)) Then Exit Function
    Next position
    For position = 1 To Len(parts(1))
        If Not IsDigit(Mid$(parts(1), position, 1)) Then Exit Function
    Next position
    IsFormName = True
End Function

Private Function IsWordCharacter(ByVal character As String) As Boolean
    IsWordCharacter = IsDigit(character) Or (character = "_") Or _
        (LCase$(character) <> UCase$(character))
End Function

Private Function IsDigit(ByVal character As String) As Boolean
    IsDigit = InStr("0123456789", character) > 0
End Function

Private Function WithSingleSpaces(ByVal words As String) As String
    Dim made As String
    made = Replace(Replace(Replace(words, vbTab, " "), vbCr, " "), vbLf, " ")
    made = Replace(made, ChrW(160), " ")
    Do While InStr(made, "  ") > 0
        made = Replace(made, "  ", " ")
    Loop
    WithSingleSpaces = Trim$(made)
End Function
