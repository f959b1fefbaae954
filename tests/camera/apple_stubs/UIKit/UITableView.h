#pragma once

#import <UIKit/UIViewController.h>

NS_ASSUME_NONNULL_BEGIN

@interface NSIndexPath : NSObject
@property(nonatomic, readonly) NSInteger section;
@property(nonatomic, readonly) NSInteger row;
@end

@protocol UIContentConfiguration <NSObject>
@end

API_AVAILABLE(ios(14.0))
@interface UIListContentTextProperties : NSObject
@property(nonatomic, strong) UIColor* color;
@end

API_AVAILABLE(ios(14.0))
@interface UIListContentConfiguration : NSObject <UIContentConfiguration>
+ (instancetype)subtitleCellConfiguration;
+ (instancetype)valueCellConfiguration;
@property(nonatomic, copy, nullable) NSString* text;
@property(nonatomic, copy, nullable) NSString* secondaryText;
@property(nonatomic, readonly)
    UIListContentTextProperties* secondaryTextProperties;
@end

typedef NS_ENUM(NSInteger, UITableViewCellAccessoryType) {
  UITableViewCellAccessoryNone,
  UITableViewCellAccessoryDisclosureIndicator,
};
typedef NS_ENUM(NSInteger, UITableViewCellSelectionStyle) {
  UITableViewCellSelectionStyleNone,
  UITableViewCellSelectionStyleBlue,
  UITableViewCellSelectionStyleGray,
  UITableViewCellSelectionStyleDefault,
};

@interface UITableViewCell : UIView
@property(nonatomic, copy, nullable)
    id<UIContentConfiguration> contentConfiguration API_AVAILABLE(ios(14.0));
@property(nonatomic) UITableViewCellAccessoryType accessoryType;
@property(nonatomic, strong, nullable) UIView* accessoryView;
@property(nonatomic) UITableViewCellSelectionStyle selectionStyle;
@end

typedef NS_ENUM(NSInteger, UITableViewStyle) {
  UITableViewStylePlain,
  UITableViewStyleGrouped,
  UITableViewStyleInsetGrouped API_AVAILABLE(ios(13.0)),
};

@interface UITableView : UIScrollView
@property(nonatomic, strong, nullable) UIView* backgroundView;
@property(nonatomic, readonly, nullable)
    NSArray<NSIndexPath*>* indexPathsForVisibleRows;
- (void)registerClass:(nullable Class)cellClass
    forCellReuseIdentifier:(NSString*)identifier;
- (__kindof UITableViewCell*)
    dequeueReusableCellWithIdentifier:(NSString*)identifier
                         forIndexPath:(NSIndexPath*)indexPath;
- (void)reloadData;
- (void)reconfigureRowsAtIndexPaths:(NSArray<NSIndexPath*>*)indexPaths
    API_AVAILABLE(ios(15.0));
- (void)deselectRowAtIndexPath:(NSIndexPath*)indexPath animated:(BOOL)animated;
@end

@protocol UITableViewDelegate <NSObject>
@optional
- (void)tableView:(UITableView*)tableView
    didSelectRowAtIndexPath:(NSIndexPath*)indexPath;
@end

@protocol UITableViewDataSource <NSObject>
- (NSInteger)tableView:(UITableView*)tableView
    numberOfRowsInSection:(NSInteger)section;
- (UITableViewCell*)tableView:(UITableView*)tableView
        cellForRowAtIndexPath:(NSIndexPath*)indexPath;
@optional
- (NSInteger)numberOfSectionsInTableView:(UITableView*)tableView;
- (nullable NSString*)tableView:(UITableView*)tableView
        titleForFooterInSection:(NSInteger)section;
@end

@interface UITableViewController
    : UIViewController <UITableViewDelegate, UITableViewDataSource>
- (instancetype)initWithStyle:(UITableViewStyle)style NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle
    NS_DESIGNATED_INITIALIZER;
- (nullable instancetype)initWithCoder:(NSCoder*)coder
    NS_DESIGNATED_INITIALIZER;
@property(nonatomic, strong, null_resettable) UITableView* tableView;
@end

NS_ASSUME_NONNULL_END
